using Waverless.Events;
using Waverless.Storage.Keyspaces;

namespace Waverless.Storage.Apply;

/// <summary>
/// Which functions of a partition ever had event records of a state, and where the ready ones
/// begin. Each has a record on disk, so that a restart finds the work without walking over the
/// tombstones of work that is done. Ready records have an entry per priority: within a priority
/// positions only grow, so a cursor that was right once stays right. Not thread-safe.
/// </summary>
internal sealed class FunctionRegistry
{
    /// <summary>Bytes in front of the function's name in an entry's key.</summary>
    public const int HeadBytes = 2;

    private readonly Dictionary<byte[], EventPosition> _cursors = new(SpanKeyComparer.Instance);
    private readonly Dictionary<byte[], EventPosition>.AlternateLookup<ReadOnlySpan<byte>> _bySpan;

    /// <summary>An empty registry.</summary>
    public FunctionRegistry() => _bySpan = _cursors.GetAlternateLookup<ReadOnlySpan<byte>>();

    /// <summary>Loads the entries of a partition.</summary>
    public static FunctionRegistry Load(IKeyspace keyspace, PartitionKeys keys)
    {
        var registry = new FunctionRegistry();
        using var cursor = KeyspaceScan.Open(keyspace, keys, KeySpace.Functions);
        while (cursor.MoveNext())
        {
            var entry = cursor.Key[PartitionKeys.PrefixBytes..].ToArray();
            registry._cursors[entry] = PartitionKeys.ReadPosition(cursor.Value);
        }

        return registry;
    }

    /// <summary>Notes that a record is stored; writes the function's entry if it is new.</summary>
    public void Add(
        RecordBatch batch,
        PartitionKeys keys,
        EventState state,
        ReadOnlySpan<byte> function,
        EventPosition position
    )
    {
        Span<byte> entry = stackalloc byte[HeadBytes + PartitionKeys.FunctionBytesMax];
        entry = Entry(entry, state, function, position.Priority);
        if (!_bySpan.ContainsKey(entry))
        {
            Write(batch, keys, entry, state == EventState.Ready ? position : default);
        }
    }

    /// <summary>Moves the cursor of a function's ready records of one priority.</summary>
    public void MoveCursor(
        RecordBatch batch,
        PartitionKeys keys,
        ReadOnlySpan<byte> function,
        EventPosition position
    )
    {
        position = PartitionKeys.Canonical(EventState.Ready, position);
        Span<byte> entry = stackalloc byte[HeadBytes + PartitionKeys.FunctionBytesMax];
        entry = Entry(entry, EventState.Ready, function, position.Priority);
        if (!_bySpan.TryGetValue(entry, out var cursor) || IsAfter(position, cursor))
        {
            Write(batch, keys, entry, position);
        }
    }

    private static bool IsAfter(EventPosition a, EventPosition b) =>
        a.Revision > b.Revision || (a.Revision == b.Revision && a.Ordinal > b.Ordinal);

    private static Span<byte> Entry(
        Span<byte> to,
        EventState state,
        ReadOnlySpan<byte> function,
        byte priority
    )
    {
        to[0] = (byte)state;
        to[1] = state == EventState.Ready ? priority : (byte)0;
        function.CopyTo(to[HeadBytes..]);
        return to[..(HeadBytes + function.Length)];
    }

    private void Write(
        RecordBatch batch,
        PartitionKeys keys,
        ReadOnlySpan<byte> entry,
        EventPosition position
    )
    {
        _bySpan[entry] = position;
        var key = batch.Put(
            PartitionKeys.PrefixBytes + entry.Length,
            PartitionKeys.PositionBytes,
            out var value
        );
        entry.CopyTo(keys.Prefix(key, KeySpace.Functions));
        PartitionKeys.WritePosition(value, position);
    }
}
