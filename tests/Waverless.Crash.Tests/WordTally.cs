using System.Text;

namespace Waverless.Crash;

/// <summary>Counts words the plain way; the texts here have lower-case letters and spaces only.</summary>
internal sealed class WordTally
{
    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);
    private long _words;

    public void Add(ReadOnlySpan<byte> text)
    {
        var characters = Encoding.ASCII.GetString(text).AsSpan();
        var counts = _counts.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var range in characters.Split(' '))
        {
            var word = characters[range];
            if (!word.IsEmpty)
            {
                counts.TryGetValue(word, out var count);
                counts[word] = count + 1;
                _words++;
            }
        }
    }

    /// <summary>What <c>word_count/result</c> is to answer.</summary>
    public string ToJson(int top, bool isComplete)
    {
        var entries = _counts
            .OrderByDescending(entry => entry.Value)
            .ThenBy(entry => entry.Key, StringComparer.Ordinal)
            .Take(top)
            .Select(entry => $$"""{"word":"{{entry.Key}}","count":{{entry.Value}}}""");
        var list = string.Join(',', entries);
        var end = isComplete ? "" : ",\"complete\":false";
        return $$"""{"words":{{_words}},"distinct":{{_counts.Count}},"top":[{{list}}]{{end}}}""";
    }
}
