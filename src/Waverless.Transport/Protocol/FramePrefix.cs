using System.Buffers.Binary;

namespace Waverless.Transport.Protocol;

/// <summary>
/// The seven bytes before each frame: how much follows them (4, little-endian), what it is (1), and
/// how much of it is the header (2, little-endian).
/// </summary>
internal readonly record struct FramePrefix(FrameType Type, int HeaderLength, int BodyLength)
{
    public const int Length = 7;

    /// <summary>The longest header: a request's with a full trace state.</summary>
    public const int HeaderBytesMax = 1024;

    public int FrameLength => Length + HeaderLength + BodyLength;

    public void Write(Span<byte> into)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(into, (uint)(HeaderLength + BodyLength));
        into[4] = (byte)Type;
        BinaryPrimitives.WriteUInt16LittleEndian(into[5..], (ushort)HeaderLength);
    }

    /// <summary>Reads a prefix; false: no frame of this protocol begins so.</summary>
    /// <param name="from">Seven bytes.</param>
    /// <param name="bodyBytesMax">The longest body that is taken.</param>
    /// <param name="prefix">What was read.</param>
    public static bool TryRead(ReadOnlySpan<byte> from, int bodyBytesMax, out FramePrefix prefix)
    {
        var total = BinaryPrimitives.ReadUInt32LittleEndian(from);
        var header = BinaryPrimitives.ReadUInt16LittleEndian(from[5..]);
        var body = (long)total - header;
        var isValid =
            from[4] is >= (byte)FrameType.Hello and <= (byte)FrameType.Goodbye
            && header <= HeaderBytesMax
            && body >= 0
            && body <= bodyBytesMax;
        prefix = isValid ? new FramePrefix((FrameType)from[4], header, (int)body) : default;
        return isValid;
    }
}
