using Waverless.Kv;

namespace Waverless.Events;

/// <summary>Selects stored event records.</summary>
/// <param name="Function">The function's name within the partition's app; for the outbox, empty.</param>
/// <param name="State">Which state.</param>
public readonly record struct EventQuery(string Function, EventState State);

/// <summary>A record as it was read from the store; owns its memory.</summary>
/// <param name="Position">Where it stands.</param>
/// <param name="Function">The function's name within its app (the target's app for the outbox).</param>
/// <param name="Record">The encoded <see cref="EventRecord"/>.</param>
/// <param name="Target">The partition it is on its way to; null except for the outbox.</param>
/// <param name="TargetState">The state to store it in there; the query's state except for the outbox.</param>
public readonly record struct StoredEvent(
    EventPosition Position,
    string Function,
    ReadOnlyMemory<byte> Record,
    PartitionId? Target,
    EventState TargetState
);
