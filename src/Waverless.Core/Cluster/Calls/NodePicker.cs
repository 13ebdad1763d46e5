using Waverless.Apps;
using Waverless.Cluster.Placement;
using Waverless.Invocations;
using Waverless.Kv;
using Waverless.Scheduling;

namespace Waverless.Cluster.Calls;

/// <summary>
/// Picks a node for one invocation: affinity first, then the scheduler that the app names, else
/// the cluster's. Thread-safe.
/// </summary>
/// <param name="homes">Where partitions are at home.</param>
/// <param name="usual">The scheduler of apps that name none.</param>
/// <param name="schedulers">Those that apps can name; null: none can.</param>
/// <param name="cluster">The workers that take work.</param>
internal sealed class NodePicker(
    PartitionHomes homes,
    IScheduler usual,
    SchedulerCatalog? schedulers,
    Func<ClusterSnapshot> cluster
)
{
    /// <summary>How long what comes now would wait on this node, in milliseconds.</summary>
    public Func<float> OwnWaitMs { get; init; } = static () => 0;

    public NodeId Self => homes.Self;

    public PartitionHomes Homes => homes;

    /// <summary>The nodes that a function may run on, or why there are none.</summary>
    public AffinityChoice Allowed(DeployedFunction function) => function.Affinity.Apply(cluster());

    /// <summary>Picks one of the nodes that are allowed; there is at least one.</summary>
    /// <param name="function">What is to run.</param>
    /// <param name="trigger">What starts it.</param>
    /// <param name="home">The partition that it is at home in.</param>
    /// <param name="key">Calls with the same key are kept together; null: there is none.</param>
    /// <param name="allowed">The nodes to choose from.</param>
    public NodeId Pick(
        DeployedFunction function,
        TriggerKind trigger,
        PartitionId home,
        string? key,
        ClusterSnapshot allowed
    )
    {
        var request = new SchedulingRequest(
            function.Address,
            trigger,
            home,
            homes.HomeOf(home),
            homes.Self
        )
        {
            Key = key is null ? null : FrozenHash.Of(key),
            Character = function.Character,
            CallerWaitMs = OwnWaitMs(),
        };
        var picked = SchedulerOf(function).Pick(request, allowed);

        // Some pick only where the data or the caller is, which may not be allowed.
        return picked is { } node && allowed.IndexOf(node) >= 0 ? node : Draw(request, allowed);
    }

    /// <summary>The same node for the same call, wherever it is asked, as long as it is there.</summary>
    public static NodeId Draw(in SchedulingRequest request, ClusterSnapshot allowed)
    {
        var nodes = allowed.Nodes;
        Straw[] straws = [.. nodes.Select(node => new Straw(node.Id.Value, node.Weight))];
        return nodes[Math.Max(0, Straw2.Pick(request.Hash, straws))].Id;
    }

    /// <summary>Whether the app has chosen how its functions are placed.</summary>
    public bool HasOwnScheduler(DeployedFunction function) =>
        schedulers is not null && function.App.Manifest.Scheduler is not null;

    private IScheduler SchedulerOf(DeployedFunction function) =>
        function.App.Manifest.Scheduler is { } name && schedulers is { } known
            ? known.Find(name)
            : usual;
}
