namespace Waverless.Crash;

/// <summary>A random text, and where split_file cuts it.</summary>
internal sealed class SlicedText
{
    public const int Top = 20;
    private const int SliceBytes = 512 << 10;
    private const int SlicesMax = 8;
    private const int WordLettersMax = 4;
    private const int LettersUsed = 6;

    private SlicedText(byte[] bytes) => Bytes = bytes;

    public byte[] Bytes { get; }

    public static SlicedText Create(Random random)
    {
        var bytes = new byte[random.Next(1, SlicesMax * SliceBytes)];
        random.NextBytes(bytes);
        var letters = 0;
        foreach (ref var value in bytes.AsSpan())
        {
            // Short words, so that no slice is without a separator.
            var isLetter = letters < WordLettersMax && value % (LettersUsed + 1) > 0;
            letters = isLetter ? letters + 1 : 0;
            value = isLetter ? (byte)('a' + (value % LettersUsed)) : (byte)' ';
        }

        return new SlicedText(bytes);
    }

    /// <summary>The result once all of it is counted.</summary>
    public string WholeJson()
    {
        var tally = new WordTally();
        tally.Add(Bytes);
        return tally.ToJson(Top, isComplete: true);
    }

    /// <summary>The results when only the first slices were kept, none or all of them included.</summary>
    public IEnumerable<string> PossibleJsons()
    {
        var tally = new WordTally();
        yield return tally.ToJson(Top, isComplete: false);
        for (var done = 0; done < Bytes.Length; )
        {
            var slice = NextSlice(Bytes.AsSpan(done));
            tally.Add(Bytes.AsSpan(done, slice));
            done += slice;
            yield return tally.ToJson(Top, isComplete: false);
        }

        yield return tally.ToJson(Top, isComplete: true);
    }

    /// <summary>A full slice ends behind its last separator.</summary>
    private static int NextSlice(ReadOnlySpan<byte> rest) =>
        rest.Length <= SliceBytes ? rest.Length : rest[..SliceBytes].LastIndexOf((byte)' ') + 1;
}
