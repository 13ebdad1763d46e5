using System.Collections.Immutable;

namespace Waverless.Storage.Keyspaces;

/// <summary>What a memory key space holds: one immutable tree, replaced by each batch.</summary>
internal sealed class MemoryVolume
{
    private readonly Lock _writers = new();
    private volatile ImmutableSortedSet<MemoryRecord> _records = ImmutableSortedSet.Create(
        MemoryRecord.ByKey
    );

    /// <summary>The newest snapshot.</summary>
    public ImmutableSortedSet<MemoryRecord> Records => _records;

    /// <summary>Makes all records of a batch visible at once.</summary>
    public void Write(RecordBatch batch)
    {
        lock (_writers)
        {
            var next = _records.ToBuilder();
            var reader = batch.Read();
            while (reader.MoveNext())
            {
                var key = new MemoryRecord(reader.Key.ToArray(), []);
                if (reader.Kind == RecordKind.DeleteRange)
                {
                    RemoveRange(next, key, new MemoryRecord(reader.Value.ToArray(), []));
                    continue;
                }

                next.Remove(key);
                if (reader.Kind == RecordKind.Put)
                {
                    next.Add(key with { Value = reader.Value.ToArray() });
                }
            }

            _records = next.ToImmutable();
        }
    }

    /// <summary>Index of the first record at or above a key.</summary>
    public static int LowerBound(ImmutableSortedSet<MemoryRecord> records, MemoryRecord key)
    {
        var index = records.IndexOf(key);
        return index < 0 ? ~index : index;
    }

    private static void RemoveRange(
        ImmutableSortedSet<MemoryRecord>.Builder next,
        MemoryRecord from,
        MemoryRecord to
    )
    {
        var records = next.ToImmutable();
        var end = LowerBound(records, to);
        for (var i = LowerBound(records, from); i < end; i++)
        {
            next.Remove(records[i]);
        }
    }
}
