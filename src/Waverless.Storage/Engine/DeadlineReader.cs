using System.Buffers.Binary;
using Waverless.Kv;
using Waverless.Storage.Apply;
using Waverless.Storage.Keyspaces;

namespace Waverless.Storage.Engine;

/// <summary>Reads the list of deadlines of a partition.</summary>
internal static class DeadlineReader
{
    /// <summary>Reads the first entries of the list within a span of time.</summary>
    public static List<ExpiringKey> Read(
        IKeyspaceView keyspace,
        PartitionKeys keys,
        long fromMs,
        long untilMs,
        int limit
    )
    {
        var found = new List<ExpiringKey>();
        using var cursor = KeyspaceScan.OpenDeadlines(keyspace, keys, fromMs);
        while (found.Count < limit && cursor.MoveNext())
        {
            var listed = cursor.Key[PartitionKeys.PrefixBytes..];
            var deadlineMs = BinaryPrimitives.ReadInt64BigEndian(listed);
            if (deadlineMs > untilMs)
            {
                break;
            }

            found.Add(
                new ExpiringKey(
                    (KeyArea)listed[sizeof(long)],
                    new KvKey(listed[(sizeof(long) + 1)..].ToArray()),
                    BinaryPrimitives.ReadUInt64LittleEndian(cursor.Value),
                    deadlineMs
                )
            );
        }

        return found;
    }
}
