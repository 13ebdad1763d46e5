using Waverless.Kv;

namespace Waverless.Events;

/// <summary>
/// An event in memory: its record, where the record stands in the store, and its order.
/// </summary>
internal sealed class PendingEvent
{
    // Of the objects around the bytes: record, position, key, places in queues and indexes.
    private const int OverheadBytes = 512;

    public PendingEvent(
        PartitionId home,
        EventPosition position,
        EventState state,
        EventRecord record
    )
    {
        Position = position;
        State = state;
        Record = record;
        RunsAlone = record.Attempt > 0;
        Id = record.Source ?? new EventId(home, position.Revision, position.Ordinal);
        OrderingKey = new KvKey(record.Kind.IsOfKey() ? record.Key : record.OrderingKey);
    }

    /// <summary>About what it takes in memory.</summary>
    public int Bytes =>
        OverheadBytes + Record.Key.Length + Record.Payload.Length + Record.OrderingKey.Length;

    /// <summary>Where the record stands in the store.</summary>
    public EventPosition Position { get; }

    public EventState State { get; }

    public EventRecord Record { get; }

    public EventId Id { get; }

    /// <summary>
    /// Events of one function with this key run one after the other; empty: in any order.
    /// </summary>
    public KvKey OrderingKey { get; }

    /// <summary>Whether it is not to share a window: it failed, or its window did.</summary>
    public bool RunsAlone { get; set; }

    /// <summary>
    /// Whether another run of it may have ended it, or may yet: one that was handed to another
    /// node, or one of a life or a home before. What ends it then depends on its record.
    /// </summary>
    public bool IsDoubtful { get; set; }

    /// <summary>Whether its ordering key is held for it, so that it may run at once.</summary>
    public bool HoldsKey { get; set; }

    /// <summary>Whether it runs in a window behind another event of its ordering key.</summary>
    public bool IsBehind { get; set; }

    /// <summary>
    /// Whether another event can run in a window that begins with this one: neither runs alone,
    /// and nobody waits for the cascade of just one of them.
    /// </summary>
    public bool SharesWindow(PendingEvent other) =>
        !RunsAlone
        && !other.RunsAlone
        && !other.IsParked
        && Record.Cascade with { Depth = 0 } == other.Record.Cascade with { Depth = 0 };

    /// <summary>Whether it waits for a person.</summary>
    public bool IsParked => (Record.Flags & EventFlags.Parked) != 0;

    public bool IsOrdered => !OrderingKey.Utf8.IsEmpty;
}
