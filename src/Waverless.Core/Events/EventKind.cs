namespace Waverless.Events;

/// <summary>What an event tells. The numbers are part of the disk and wire format.</summary>
public enum EventKind : byte
{
    /// <summary>A key was written.</summary>
    KeySet = 1,

    /// <summary>A key was deleted.</summary>
    KeyDelete = 2,

    /// <summary>A message was enqueued by name.</summary>
    Message = 3,

    /// <summary>A timer fell due.</summary>
    Timer = 4,

    /// <summary>A key was deleted because its deadline had passed.</summary>
    KeyExpired = 5,
}
