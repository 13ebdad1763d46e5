using System.Text;

namespace Waverless.Transport.Protocol;

/// <summary>
/// Writes the protobuf encoding of a header into memory that is large enough for it. Fields of
/// value zero are left out, as protobuf does.
/// </summary>
internal ref struct HeaderWriter(Span<byte> into)
{
    private readonly Span<byte> _into = into;

    public int Length { get; private set; }

    public void Number(int field, ulong value)
    {
        if (value != 0)
        {
            Varint(((uint)field << 3) | HeaderReader.VarintType);
            Varint(value);
        }
    }

    /// <summary>Room for bytes of a known length, to be filled by the caller.</summary>
    public Span<byte> Bytes(int field, int length)
    {
        Varint(((uint)field << 3) | HeaderReader.BytesType);
        Varint((uint)length);
        var bytes = _into.Slice(Length, length);
        Length += length;
        return bytes;
    }

    /// <summary>Text, cut to at most <paramref name="bytesMax"/> bytes.</summary>
    public void Text(int field, string? text, int bytesMax)
    {
        if (string.IsNullOrEmpty(text))
        {
            return;
        }

        var length = Encoding.UTF8.GetByteCount(text);
        while (length > bytesMax)
        {
            text = text[..^Math.Max(1, Math.Min(text.Length, (length - bytesMax) / 4))];
            length = Encoding.UTF8.GetByteCount(text);
        }

        Encoding.UTF8.GetBytes(text, Bytes(field, length));
    }

    private void Varint(ulong value)
    {
        while (value >= 0x80)
        {
            _into[Length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        _into[Length++] = (byte)value;
    }
}
