using System.Buffers.Binary;
using Waverless.Storage.Keyspaces;

namespace Waverless.Storage.Apply;

/// <summary>Opens cursors over parts of a partition.</summary>
internal static class KeyspaceScan
{
    /// <summary>Opens a cursor over a whole space of a partition.</summary>
    public static KeyCursor Open(IKeyspaceView keyspace, PartitionKeys keys, KeySpace space)
    {
        Span<byte> from = stackalloc byte[PartitionKeys.PrefixBytes];
        Span<byte> to = stackalloc byte[PartitionKeys.PrefixBytes];
        keys.Prefix(from, space);
        keys.Prefix(to, space + 1);
        return keyspace.OpenCursor(from, to);
    }

    /// <summary>Opens a cursor over the deadlines from a moment on.</summary>
    public static KeyCursor OpenDeadlines(IKeyspaceView keyspace, PartitionKeys keys, long fromMs)
    {
        Span<byte> from = stackalloc byte[PartitionKeys.PrefixBytes + sizeof(long)];
        Span<byte> to = stackalloc byte[PartitionKeys.PrefixBytes];
        BinaryPrimitives.WriteInt64BigEndian(keys.Prefix(from, KeySpace.Deadlines), fromMs);
        keys.Prefix(to, KeySpace.Deadlines + 1);
        return keyspace.OpenCursor(from, to);
    }

    /// <summary>Opens a cursor over the change log above a revision.</summary>
    public static KeyCursor OpenChangeLog(IKeyspaceView keyspace, PartitionKeys keys, ulong after)
    {
        Span<byte> from = stackalloc byte[PartitionKeys.PrefixBytes + sizeof(ulong)];
        Span<byte> to = stackalloc byte[PartitionKeys.PrefixBytes];
        keys.ChangeLog(from, after + 1);
        keys.Prefix(to, KeySpace.ChangeLog + 1);
        return keyspace.OpenCursor(from, to);
    }
}
