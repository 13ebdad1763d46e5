namespace Waverless.Events;

/// <summary>Where an event record stands. The numbers are part of the disk format.</summary>
public enum EventState : byte
{
    /// <summary>To be run now.</summary>
    Ready = 1,

    /// <summary>To be run again at its due time: a retry, which holds its ordering key.</summary>
    Due = 2,

    /// <summary>Out of attempts; waits for a person.</summary>
    Dead = 3,

    /// <summary>On its way to another partition.</summary>
    Outbox = 4,

    /// <summary>A message that is not to be run before its due time.</summary>
    Delayed = 5,
}
