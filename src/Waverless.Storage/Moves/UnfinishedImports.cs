using System.Buffers.Binary;
using Waverless.Storage.Apply;
using Waverless.Storage.Engine;
using Waverless.Storage.Keyspaces;

namespace Waverless.Storage.Moves;

/// <summary>
/// Marks of partitions that are being written and have no name yet: what a crash leaves of them
/// is found by these.
/// </summary>
internal static class UnfinishedImports
{
    private const int KeyBytes = PartitionKeys.PrefixBytes + 1 + sizeof(uint);

    /// <summary>Marks a number before anything is written under it.</summary>
    /// <exception cref="Kv.StorageException">The disk refused.</exception>
    public static void Begin(EngineContext context, uint number)
    {
        var batch = new RecordBatch();
        WriteKey(batch.Put(KeyBytes, 0, out _), number);
        context.Demand(batch, sync: false);
    }

    /// <summary>Adds to a batch that a number is not being written any more.</summary>
    public static void Finish(RecordBatch batch, uint number) =>
        WriteKey(batch.Delete(KeyBytes), number);

    /// <summary>Deletes what a crash has left; returns the highest number, or 0.</summary>
    /// <exception cref="Kv.StorageException">The disk refused.</exception>
    public static uint Delete(EngineContext context)
    {
        var highest = 0u;
        var batch = new RecordBatch();
        var keys = new PartitionKeys(PartitionDirectory.NodeNumber);
        using (var cursor = KeyspaceScan.Open(context.Keyspace, keys, KeySpace.Meta))
        {
            while (cursor.MoveNext())
            {
                var rest = cursor.Key[PartitionKeys.PrefixBytes..];
                if (cursor.Key.Length == KeyBytes && rest[0] == NodeRecord.Import)
                {
                    var number = BinaryPrimitives.ReadUInt32BigEndian(rest[1..]);
                    MovedKeys.DeleteAll(batch, number);
                    Finish(batch, number);
                    highest = Math.Max(highest, number);
                }
            }
        }

        if (batch.Count > 0)
        {
            context.Demand(batch, sync: true);
        }

        return highest;
    }

    private static void WriteKey(Span<byte> key, uint number)
    {
        var rest = new PartitionKeys(PartitionDirectory.NodeNumber).Prefix(key, KeySpace.Meta);
        rest[0] = NodeRecord.Import;
        BinaryPrimitives.WriteUInt32BigEndian(rest[1..], number);
    }
}
