using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Waverless.Cluster.Loads;
using Waverless.Invocations;
using Waverless.Kv;
using Waverless.Runtime;
using Waverless.Scheduling;

namespace Waverless.Cluster;

/// <summary>Everything a node is given from outside; with these, Core is deterministic.</summary>
internal sealed record NodeParts
{
    public required IStorageEngine Engine { get; init; }

    public required IReadOnlyList<IFunctionRuntime> Runtimes { get; init; }

    public required IGuestThreads Threads { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>
    /// The same time with more exact timers, for what is due at a moment; null: there is no other.
    /// </summary>
    public TimeProvider? Alarms { get; init; }

    public required TaskScheduler Scheduler { get; init; }

    /// <summary>Seeded; used under a lock.</summary>
    public required Random Random { get; init; }

    public required IMeterFactory Meters { get; init; }

    public required ILoggerFactory Loggers { get; init; }

    /// <summary>How much of the machine the process uses; null: nobody knows.</summary>
    public Func<NodeUsage>? Usage { get; init; }

    public NodeSettings Settings { get; init; } = new();

    /// <summary>The schedulers that apps can name; null: names are not looked at.</summary>
    public SchedulerCatalog? Schedulers { get; init; }

    /// <summary>The cluster that it is a node of; null: it is by itself.</summary>
    public ClusterParts? Cluster { get; init; }
}
