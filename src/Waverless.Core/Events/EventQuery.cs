namespace Waverless.Events;

/// <summary>Selects stored event records.</summary>
/// <param name="Function">The function's name within the partition's app; for the outbox, empty.</param>
/// <param name="State">Which state.</param>
public readonly record struct EventQuery(string Function, EventState State);

/// <summary>A record as it was read from the store; owns its memory.</summary>
/// <param name="Position">Where it stands.</param>
/// <param name="Record">The encoded <see cref="EventRecord"/>.</param>
public readonly record struct StoredEvent(EventPosition Position, ReadOnlyMemory<byte> Record);
