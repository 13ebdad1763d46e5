namespace Waverless.Events;

/// <summary>
/// What the platform notes about an event. The numbers are part of the disk and wire format.
/// </summary>
[Flags]
public enum EventFlags : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>
    /// The payload of a key event is the value at the event, which may be empty.
    /// </summary>
    HasValue = 1,

    /// <summary>Its (function, ordering key) pair is parked: it waits for a person.</summary>
    Parked = 2,

    /// <summary>
    /// In a commit: apply is to add the value that the key had before it, if it is not too long.
    /// Stored records never have it.
    /// </summary>
    WantsOldValue = 4,
}
