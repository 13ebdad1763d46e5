using Waverless.Kv;

namespace Waverless.Events;

/// <summary>
/// An event in memory: its record, where the record stands in the store, and its order.
/// </summary>
internal sealed class PendingEvent
{
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
        Id = record.Source ?? new EventId(home, position.Revision, position.Ordinal);
        OrderingKey = new KvKey(record.Kind.IsOfKey() ? record.Key : record.OrderingKey);
    }

    /// <summary>Where the record stands in the store.</summary>
    public EventPosition Position { get; }

    public EventState State { get; }

    public EventRecord Record { get; }

    public EventId Id { get; }

    /// <summary>
    /// Events of one function with this key run one after the other; empty: in any order.
    /// </summary>
    public KvKey OrderingKey { get; }

    /// <summary>Whether its ordering key is held for it, so that it may run at once.</summary>
    public bool HoldsKey { get; set; }

    public bool IsOrdered => !OrderingKey.Utf8.IsEmpty;
}
