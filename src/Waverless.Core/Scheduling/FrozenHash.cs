namespace Waverless.Scheduling;

/// <summary>
/// The hash that placement rests on. Frozen: nodes of different builds and platforms have to agree,
/// so it never changes; docs/scheduling.md publishes test vectors. Not for untrusted collisions.
/// </summary>
internal static class FrozenHash
{
    private const ulong OffsetBasis = 0xCBF29CE484222325;
    private const ulong Prime = 0x00000100000001B3;
    private const ulong Golden = 0x9E3779B97F4A7C15;
    private const int Utf8BytesMax = 4;

    /// <summary>FNV-1a of the bytes, 64 bits, then <see cref="Mix"/>.</summary>
    public static ulong Of(ReadOnlySpan<byte> bytes) => Mix(Append(OffsetBasis, bytes));

    /// <summary>The hash of a text's UTF-8 bytes; does not allocate.</summary>
    public static ulong Of(ReadOnlySpan<char> text) => Mix(Append(OffsetBasis, text));

    /// <summary>The hash of two texts with a slash between, such as a function's address.</summary>
    public static ulong Of(ReadOnlySpan<char> first, ReadOnlySpan<char> second)
    {
        var state = Append(OffsetBasis, first);
        state = (state ^ (byte)'/') * Prime;
        return Mix(Append(state, second));
    }

    /// <summary>The finaliser of SplitMix64 (Stafford's variant 13) after its increment.</summary>
    public static ulong Mix(ulong value)
    {
        value += Golden;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }

    private static ulong Append(ulong state, ReadOnlySpan<byte> bytes)
    {
        foreach (var b in bytes)
        {
            state = (state ^ b) * Prime;
        }

        return state;
    }

    private static ulong Append(ulong state, ReadOnlySpan<char> text)
    {
        Span<byte> utf8 = stackalloc byte[Utf8BytesMax];
        foreach (var rune in text.EnumerateRunes())
        {
            state = Append(state, utf8[..rune.EncodeToUtf8(utf8)]);
        }

        return state;
    }
}
