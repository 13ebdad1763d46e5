using Waverless.Kv;

namespace Waverless.Events;

/// <summary>Selects stored event records.</summary>
/// <param name="Function">
/// The function's name within the partition's app; for the outbox, empty.
/// </param>
/// <param name="State">Which state.</param>
public readonly record struct EventQuery(string Function, EventState State)
{
    /// <summary>
    /// A page ends with the record with which its records come to this many bytes, so that it
    /// takes at most one record more.
    /// </summary>
    /// <value>Default: 4 MiB.</value>
    public int BytesMax { get; init; } = 4 * 1024 * 1024;

    /// <summary>Whether a page holds the last records of the query.</summary>
    internal bool IsLast(IReadOnlyList<StoredEvent> page, int limit)
    {
        if (page.Count >= limit)
        {
            return false;
        }

        var bytes = 0L;
        for (var index = 0; index < page.Count; index++)
        {
            bytes += page[index].Record.Length;
        }

        return bytes < BytesMax;
    }
}

/// <summary>A record as it was read from the store; owns its memory.</summary>
/// <param name="Position">Where it stands.</param>
/// <param name="Record">The encoded <see cref="EventRecord"/>.</param>
public readonly record struct StoredEvent(EventPosition Position, ReadOnlyMemory<byte> Record)
{
    /// <summary>Where a record of the outbox is to go; null for all other states.</summary>
    public OutboxTarget? Target { get; init; }
}

/// <summary>Where an event of the outbox is to go.</summary>
/// <param name="Partition">The partition that is to accept it.</param>
/// <param name="Function">The function's name within that partition's app.</param>
/// <param name="State">Ready, delayed or dead.</param>
/// <param name="DueMs">Unix milliseconds; 0 unless delayed.</param>
/// <param name="Priority">0 runs first.</param>
public readonly record struct OutboxTarget(
    PartitionId Partition,
    string Function,
    EventState State,
    long DueMs,
    byte Priority
)
{
    /// <summary>The record by which it is accepted once; null: it always is.</summary>
    public EventOnce? Once { get; init; }
}
