namespace Waverless.Storage.Engine;

/// <summary>
/// The store time of a read: what has a deadline at or before it is absent. The clock is asked
/// only for a value that has a deadline.
/// </summary>
internal readonly struct ReadTime
{
    private readonly TimeProvider? _time;
    private readonly long _atLeastMs;

    private ReadTime(TimeProvider? time, long atLeastMs)
    {
        _time = time;
        _atLeastMs = atLeastMs;
    }

    /// <summary>The moment of the read, and never before the partition's newest commit.</summary>
    public static ReadTime Of(EngineContext context, Partition partition) =>
        new(context.Time, partition.Progress.StoreTimeMs);

    /// <summary>This moment, for all reads to come.</summary>
    public ReadTime Frozen() => new(null, NowMs);

    /// <summary>Whether a value with that deadline (0: none) is absent.</summary>
    public bool HasPassed(long deadlineMs) => deadlineMs != 0 && deadlineMs <= NowMs;

    private long NowMs =>
        _time is null
            ? _atLeastMs
            : Math.Max(_atLeastMs, _time.GetUtcNow().ToUnixTimeMilliseconds());
}
