namespace Harness.Words;

/// <summary>
/// Counts words (maximal runs of ASCII letters, lower-cased) in one pass: the fold table tells a
/// letter from a separator, the hash grows with the word, an open table holds the counts.
/// </summary>
public sealed class WordCounter
{
    private const int WordBytesMax = 1 << 16;
    private static readonly byte[] Fold = MakeFold();
    private readonly byte[] _word = new byte[WordBytesMax];
    private byte[] _texts = new byte[1 << 16];
    private int _textsLength;
    private Slot[] _slots = new Slot[1 << 15];

    /// <summary>Words counted.</summary>
    public long Total { get; private set; }

    /// <summary>Different words.</summary>
    public int Distinct { get; private set; }

    public void Count(ReadOnlySpan<byte> text)
    {
        var fold = Fold.AsSpan();
        var word = _word.AsSpan();
        var at = 0;
        while (at < text.Length)
        {
            var letter = fold[text[at]];
            if (letter == 0)
            {
                at++;
                continue;
            }

            var hash = 0x811C_9DC5u;
            var length = 0;
            do
            {
                hash = (hash ^ letter) * 0x0100_0193;
                word[length++] = letter;
                at++;
            } while (at < text.Length && (letter = fold[text[at]]) != 0);

            Add(word[..length], hash);
        }
    }

    /// <summary>The most frequent words: by count descending, then by word.</summary>
    public IReadOnlyList<(string Word, long Count)> Top(int count) =>
        [
            .. _slots
                .Where(slot => slot.Count > 0)
                .Select(slot =>
                    (
                        Word: System.Text.Encoding.ASCII.GetString(_texts, slot.Start, slot.Length),
                        slot.Count
                    )
                )
                .OrderByDescending(entry => entry.Count)
                .ThenBy(entry => entry.Word, StringComparer.Ordinal)
                .Take(count),
        ];

    private void Add(ReadOnlySpan<byte> word, uint hash)
    {
        Total++;
        var mask = _slots.Length - 1;
        for (var index = (int)(hash ^ (hash >> 15)) & mask; ; index = (index + 1) & mask)
        {
            ref var slot = ref _slots[index];
            if (slot.Count == 0)
            {
                Insert(ref slot, word, hash);
                return;
            }

            if (
                slot.Hash == hash
                && slot.Length == word.Length
                && word.SequenceEqual(_texts.AsSpan(slot.Start, slot.Length))
            )
            {
                slot.Count++;
                return;
            }
        }
    }

    private void Insert(ref Slot slot, ReadOnlySpan<byte> word, uint hash)
    {
        if (_textsLength + word.Length > _texts.Length)
        {
            Array.Resize(ref _texts, Math.Max(_texts.Length * 2, _textsLength + word.Length));
        }

        word.CopyTo(_texts.AsSpan(_textsLength));
        slot = new Slot(hash, _textsLength, word.Length) { Count = 1 };
        _textsLength += word.Length;
        if (++Distinct > _slots.Length / 2)
        {
            Grow();
        }
    }

    private void Grow()
    {
        var old = _slots;
        _slots = new Slot[old.Length * 2];
        var mask = _slots.Length - 1;
        foreach (var slot in old)
        {
            if (slot.Count == 0)
            {
                continue;
            }

            var index = (int)(slot.Hash ^ (slot.Hash >> 15)) & mask;
            while (_slots[index].Count != 0)
            {
                index = (index + 1) & mask;
            }

            _slots[index] = slot;
        }
    }

    private static byte[] MakeFold()
    {
        var fold = new byte[256];
        for (var letter = 'a'; letter <= 'z'; letter++)
        {
            fold[letter] = fold[letter - 'a' + 'A'] = (byte)letter;
        }

        return fold;
    }

    private record struct Slot(uint Hash, int Start, int Length)
    {
        public long Count { get; set; }
    }
}
