using Waverless.Apps;
using Waverless.Events;
using Waverless.Invocations.Idempotency;
using Waverless.Kv;

namespace Waverless.Cluster;

/// <summary>Bounds and settings of one node.</summary>
internal sealed record NodeSettings
{
    public uint NodeId { get; init; } = 1;

    public KvLimits Kv { get; init; } = new();

    /// <summary>What an app may keep whose manifest does not say; null: no bound.</summary>
    public AppQuota? Quota { get; init; }

    public long BacklogSoftMax { get; init; } = Backlog.SoftMaxDefault;

    public long BacklogHardMax { get; init; } = Backlog.HardMaxDefault;

    public DeferredBounds Deferred { get; init; } = new();

    public PumpBounds Pump { get; init; } = new();

    public DeadLetterBounds DeadLetters { get; init; } = new();

    public int AttemptsMax { get; init; } = RetryPolicy.AttemptsMaxDefault;

    public TimeSpan RetryFirst { get; init; } = RetryPolicy.FirstDefault;

    public TimeSpan RetryLongest { get; init; } = RetryPolicy.LongestDefault;

    /// <summary>How long an idempotency key is remembered, in store time.</summary>
    public TimeSpan IdempotencyRetention { get; init; } = IdempotencyLimits.RetentionDefault;

    /// <summary>How long a stop waits for what it has cancelled before it gives up on it.</summary>
    public TimeSpan CancelTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a replaced version may go on running before that is logged.</summary>
    public TimeSpan DrainTimeout { get; init; } = TimeSpan.FromSeconds(30);
}
