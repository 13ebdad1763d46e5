using Waverless.Kv;
using Waverless.Storage.Apply;
using Waverless.Storage.Keyspaces;

namespace Waverless.Storage.Engine;

/// <summary>Reads pages of a partition's values.</summary>
internal static class RangeReader
{
    /// <summary>Reads a page; at least one entry if there is one and the limit allows it.</summary>
    public static KvPage Scan(
        IKeyspace keyspace,
        PartitionKeys keys,
        in KvRange range,
        KvLimits limits
    )
    {
        var limit = Math.Min(range.Limit, limits.PageEntriesMax);
        if (limit <= 0)
        {
            return new KvPage([], range.From);
        }

        using var cursor = Open(keyspace, keys, range);
        var entries = new List<KvEntry>();
        var bytes = 0;
        while (cursor.MoveNext())
        {
            var key = cursor.Key[PartitionKeys.PrefixBytes..];
            var stored = cursor.Value;
            bytes += key.Length + stored.Length - StoredValue.HeaderBytes;
            if (entries.Count == limit || (entries.Count > 0 && bytes > limits.PageBytesMax))
            {
                return new KvPage(entries, new KvKey(key.ToArray()));
            }

            entries.Add(
                new KvEntry(
                    new KvKey(key.ToArray()),
                    stored[StoredValue.HeaderBytes..].ToArray(),
                    StoredValue.Revision(stored)
                )
            );
        }

        return new KvPage(entries, null);
    }

    private static KeyCursor Open(IKeyspace keyspace, PartitionKeys keys, in KvRange range)
    {
        var from = new byte[PartitionKeys.PrefixBytes + range.From.Span.Length];
        keys.Value(from, range.From.Span);
        var to = new byte[PartitionKeys.PrefixBytes + range.To.Span.Length];
        if (range.To.Span.IsEmpty)
        {
            keys.Prefix(to, KeySpace.Values + 1);
        }
        else
        {
            keys.Value(to, range.To.Span);
        }

        return keyspace.OpenCursor(from, to);
    }
}
