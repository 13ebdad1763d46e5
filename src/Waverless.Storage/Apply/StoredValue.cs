using System.Buffers.Binary;

namespace Waverless.Storage.Apply;

/// <summary>
/// A value as it is stored: 1 byte of flags (none yet), 8 bytes revision number, the bytes. The
/// revision in front lets a condition be decided by one read.
/// </summary>
internal static class StoredValue
{
    /// <summary>Bytes before the value.</summary>
    public const int HeaderBytes = 9;

    /// <summary>Writes the header; returns the rest.</summary>
    public static Span<byte> WriteHeader(Span<byte> to, ulong revision)
    {
        to[0] = 0;
        BinaryPrimitives.WriteUInt64LittleEndian(to[1..], revision);
        return to[HeaderBytes..];
    }

    /// <summary>The revision number in a header.</summary>
    public static ulong Revision(ReadOnlySpan<byte> stored) =>
        BinaryPrimitives.ReadUInt64LittleEndian(stored[1..]);
}
