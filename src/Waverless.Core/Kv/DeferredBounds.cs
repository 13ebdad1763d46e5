namespace Waverless.Kv;

/// <summary>How much a partition may keep for later (SEMANTICS §4 "Overload").</summary>
internal sealed record DeferredBounds
{
    public const long TimersMaxDefault = 1_000_000;
    public const long MessagesMaxDefault = 1_000_000;

    /// <summary>
    /// Where triggered work may add to it still: the reserve ends at this many times the bound.
    /// </summary>
    public const int ReserveFactor = 10;

    /// <summary>Timers per partition.</summary>
    public long TimersMax { get; init; } = TimersMaxDefault;

    /// <summary>Delayed messages per partition.</summary>
    public long MessagesMax { get; init; } = MessagesMaxDefault;

    /// <summary>The bound of a root, or that of triggered work.</summary>
    public DeferredCounts For(bool isRoot) =>
        isRoot
            ? new DeferredCounts(TimersMax, MessagesMax)
            : new DeferredCounts(TimersMax * ReserveFactor, MessagesMax * ReserveFactor);
}
