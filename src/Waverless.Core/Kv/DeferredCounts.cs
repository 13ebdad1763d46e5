namespace Waverless.Kv;

/// <summary>What a partition keeps for later, exactly.</summary>
/// <param name="Timers">Timers, those that a manifest declares among them.</param>
/// <param name="Messages">Delayed messages that have not ended.</param>
/// <param name="Keys">Idempotency keys that are remembered.</param>
internal readonly record struct DeferredCounts(long Timers, long Messages, long Keys = 0)
{
    public static DeferredCounts operator +(in DeferredCounts one, in DeferredCounts other) =>
        new(one.Timers + other.Timers, one.Messages + other.Messages, one.Keys + other.Keys);
}
