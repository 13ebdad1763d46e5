using Waverless.Events;

namespace Waverless.Kv;

/// <summary>
/// Which of a function's ready messages run first. Key events and timers are
/// <see cref="Normal"/>. The numbers are part of the disk format.
/// </summary>
public enum MessagePriority : byte
{
    /// <summary>Before what is normal.</summary>
    High = 64,

    /// <summary>As every other event.</summary>
    Normal = EventPosition.NormalPriority,

    /// <summary>When nothing else is ready.</summary>
    Low = 192,
}
