using System.Buffers.Binary;
using Waverless.Kv;

namespace Waverless.Storage.Apply;

/// <summary>
/// Key of the note that an event of another partition's outbox was taken over: source app, source
/// partition, revision, ordinal.
/// </summary>
internal static class AcceptedKey
{
    /// <summary>Longest app name in bytes.</summary>
    public const int AppBytesMax = 255;

    /// <summary>Longest key.</summary>
    public const int BytesMax = PartitionKeys.PrefixBytes + 1 + AppBytesMax + TailBytes;

    private const int TailBytes = 1 + sizeof(ulong) + sizeof(int);

    /// <summary>Writes the key; returns the part of the buffer that it takes.</summary>
    public static Span<byte> Write(Span<byte> to, PartitionKeys keys, in CommitOperation o)
    {
        var rest = keys.Prefix(to, KeySpace.Accepted);
        rest[0] = (byte)o.PeerApp.Length;
        o.PeerApp.CopyTo(rest[1..]);
        rest = rest[(1 + o.PeerApp.Length)..];
        rest[0] = (byte)o.PeerPartition;
        BinaryPrimitives.WriteUInt64BigEndian(rest[1..], o.Position.Revision);
        BinaryPrimitives.WriteInt32BigEndian(rest[9..], o.Position.Ordinal);
        return to[..(PartitionKeys.PrefixBytes + 1 + o.PeerApp.Length + TailBytes)];
    }
}
