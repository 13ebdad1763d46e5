namespace Waverless.Kv;

/// <summary>Unsigned LEB128 (DWARF 5, §7.6): seven bits a byte, low group first.</summary>
internal static class Leb128
{
    public const int BytesMax = 10;

    public static int Write(Span<byte> to, ulong value)
    {
        var length = 0;
        while (value >= 0x80)
        {
            to[length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        to[length++] = (byte)value;
        return length;
    }

    public static int Length(ulong value)
    {
        var length = 1;
        while (value >= 0x80)
        {
            value >>= 7;
            length++;
        }

        return length;
    }

    /// <summary>Returns false on truncated input and on numbers over 64 bits.</summary>
    public static bool TryRead(scoped ref ReadOnlySpan<byte> from, out ulong value)
    {
        value = 0;
        for (var i = 0; i < from.Length && i < BytesMax; i++)
        {
            var b = from[i];
            if (i == BytesMax - 1 && b > 1)
            {
                return false;
            }

            value |= (ulong)(b & 0x7F) << (7 * i);
            if (b < 0x80)
            {
                from = from[(i + 1)..];
                return true;
            }
        }

        return false;
    }

    /// <summary>Reads a length-prefixed byte string without copying it.</summary>
    public static bool TryReadBytes(
        scoped ref ReadOnlySpan<byte> from,
        out ReadOnlySpan<byte> bytes
    )
    {
        if (TryRead(ref from, out var length) && length <= (ulong)from.Length)
        {
            bytes = from[..(int)length];
            from = from[(int)length..];
            return true;
        }

        bytes = default;
        return false;
    }
}
