using Waverless.Kv;
using Waverless.Storage.Apply;
using Waverless.Storage.Keyspaces;

namespace Waverless.Storage.Engine;

/// <summary>Reads pages of a partition's values.</summary>
internal static class RangeReader
{
    /// <summary>Reads a page; at least one entry if there is one and the limit allows it.</summary>
    public static KvPage Scan(
        IKeyspaceView keyspace,
        PartitionKeys keys,
        KeyArea area,
        in KvRange range,
        in ReadTime time,
        KvLimits limits
    )
    {
        var limit = Math.Min(range.Limit, limits.PageEntriesMax);
        if (limit <= 0)
        {
            return new KvPage([], range.From);
        }

        using var cursor = Open(keyspace, keys, area, range);
        var entries = new List<KvEntry>();
        var memory = default(PageMemory);
        var bytes = 0;
        for (
            var found = range.Reverse ? cursor.MoveToLast() : cursor.MoveNext();
            found;
            found = range.Reverse ? cursor.MovePrevious() : cursor.MoveNext()
        )
        {
            var stored = cursor.Value;
            var deadlineMs = StoredValue.DeadlineMs(stored);
            if (time.HasPassed(deadlineMs))
            {
                continue;
            }

            var key = cursor.Key[PartitionKeys.PrefixBytes..];
            var value = StoredValue.Bytes(stored);
            bytes += key.Length + value.Length;
            if (entries.Count == limit || (entries.Count > 0 && bytes > limits.PageBytesMax))
            {
                return new KvPage(entries, new KvKey(key.ToArray()));
            }

            entries.Add(
                new KvEntry(
                    new KvKey(memory.Copy(key)),
                    memory.Copy(value),
                    StoredValue.Revision(stored),
                    deadlineMs
                )
            );
        }

        return new KvPage(entries, null);
    }

    private static KeyCursor Open(
        IKeyspaceView keyspace,
        PartitionKeys keys,
        KeyArea area,
        in KvRange range
    )
    {
        var from = new byte[PartitionKeys.PrefixBytes + range.From.Span.Length];
        keys.Value(from, area, range.From.Span);
        var to = new byte[PartitionKeys.PrefixBytes + range.To.Span.Length];
        if (range.To.Span.IsEmpty)
        {
            keys.Prefix(to, PartitionKeys.SpaceOf(area) + 1);
        }
        else
        {
            keys.Value(to, area, range.To.Span);
        }

        return keyspace.OpenCursor(from, to);
    }
}
