using Microsoft.Extensions.Logging;
using Waverless.Apps;
using Waverless.Diagnostics;
using Waverless.Invocations;
using Waverless.Kv;

namespace Waverless.Events;

/// <summary>What the pump works with.</summary>
internal sealed record EventPumpParts
{
    public required IStorageEngine Engine { get; init; }

    public required AppCatalog Catalog { get; init; }

    public required FunctionRunner Runner { get; init; }

    public required IGuestThreads Threads { get; init; }

    public required Backlog Backlog { get; init; }

    public required CascadeRegistry Cascades { get; init; }

    public required RetryPolicy Retries { get; init; }

    public required TimeProvider Time { get; init; }

    public required TaskScheduler Scheduler { get; init; }

    public required PumpBounds Bounds { get; init; }

    public required EventMetrics Metrics { get; init; }

    /// <summary>
    /// Whether an app that is not in the catalog may be only on its way: its events then wait.
    /// </summary>
    public Func<string, bool> MayCome { get; init; } = static _ => false;

    public DeferredBounds Deferred { get; init; } = new();

    public DeadLetterBounds DeadLetters { get; init; } = new();

    public required ILogger Logger { get; init; }

    /// <summary>Says which events other nodes run; null: none.</summary>
    public IEventPlacer? Placer { get; init; }

    /// <summary>
    /// How long finished events wait for company. Where a commit is not forced to the disk, one of
    /// their own is cheaper than a timer.
    /// </summary>
    public TimeSpan CompletionDelay =>
        Engine.Capabilities.HasFlag(StorageCapabilities.SurvivesPowerLoss)
            ? TimeSpan.FromMilliseconds(Bounds.CompletionDelayMsMax)
            : TimeSpan.Zero;

    public long NowMs => Time.GetUtcNow().ToUnixTimeMilliseconds();
}
