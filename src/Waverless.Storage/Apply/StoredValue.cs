using System.Buffers.Binary;

namespace Waverless.Storage.Apply;

/// <summary>
/// A value as it is stored: 1 byte of flags, 8 bytes revision number, 8 bytes deadline if flag 1
/// is set, the bytes. The header in front lets a condition be decided by one short read.
/// </summary>
internal static class StoredValue
{
    /// <summary>Bytes before the value at most.</summary>
    public const int HeaderBytesMax = PlainHeaderBytes + sizeof(long);

    private const int PlainHeaderBytes = 9;
    private const byte HasDeadline = 1;

    /// <summary>Bytes before a value with that deadline (0: none).</summary>
    public static int HeaderBytes(long deadlineMs) =>
        deadlineMs == 0 ? PlainHeaderBytes : HeaderBytesMax;

    /// <summary>Writes the header; returns the rest.</summary>
    public static Span<byte> WriteHeader(Span<byte> to, ulong revision, long deadlineMs)
    {
        to[0] = deadlineMs == 0 ? (byte)0 : HasDeadline;
        BinaryPrimitives.WriteUInt64LittleEndian(to[1..], revision);
        if (deadlineMs == 0)
        {
            return to[PlainHeaderBytes..];
        }

        BinaryPrimitives.WriteInt64LittleEndian(to[PlainHeaderBytes..], deadlineMs);
        return to[HeaderBytesMax..];
    }

    /// <summary>The revision number in a header.</summary>
    public static ulong Revision(ReadOnlySpan<byte> stored) =>
        BinaryPrimitives.ReadUInt64LittleEndian(stored[1..]);

    /// <summary>The deadline in a header; 0: none.</summary>
    public static long DeadlineMs(ReadOnlySpan<byte> stored) =>
        (stored[0] & HasDeadline) == 0
            ? 0
            : BinaryPrimitives.ReadInt64LittleEndian(stored[PlainHeaderBytes..]);

    /// <summary>The value behind the header.</summary>
    public static ReadOnlySpan<byte> Bytes(ReadOnlySpan<byte> stored) =>
        stored[((stored[0] & HasDeadline) == 0 ? PlainHeaderBytes : HeaderBytesMax)..];
}
