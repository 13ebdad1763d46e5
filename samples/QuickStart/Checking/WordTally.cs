using System.Text;

namespace QuickStart.Checking;

/// <summary>
/// Counts words the plain way: maximal runs of ASCII letters, lower-cased; everything else
/// separates.
/// </summary>
internal sealed class WordTally
{
    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);
    private long _words;

    public static WordTally Count(ReadOnlySpan<byte> text)
    {
        var tally = new WordTally();
        for (var rest = text; !rest.IsEmpty; )
        {
            var letters = 0;
            while (letters < rest.Length && char.IsAsciiLetter((char)rest[letters]))
            {
                letters++;
            }

            tally.Add(rest[..letters]);
            rest = rest[Math.Min(letters + 1, rest.Length)..];
        }

        return tally;
    }

    /// <summary>What <c>word_count/result</c> is to answer, character by character.</summary>
    public string ToJson(int top)
    {
        var entries = _counts
            .OrderByDescending(entry => entry.Value)
            .ThenBy(entry => entry.Key, StringComparer.Ordinal)
            .Take(top)
            .Select(entry => $$"""{"word":"{{entry.Key}}","count":{{entry.Value}}}""");
        var list = string.Join(',', entries);
        return $$"""{"words":{{_words}},"distinct":{{_counts.Count}},"top":[{{list}}]}""";
    }

    private void Add(ReadOnlySpan<byte> letters)
    {
        if (!letters.IsEmpty)
        {
            var word = Encoding.ASCII.GetString(letters).ToLowerInvariant();
            _counts[word] = _counts.GetValueOrDefault(word) + 1;
            _words++;
        }
    }
}
