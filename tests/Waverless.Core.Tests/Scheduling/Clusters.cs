using System.Collections.Immutable;
using Waverless.Apps;
using Waverless.Cluster;
using Waverless.Invocations;
using Waverless.Kv;

namespace Waverless.Scheduling;

/// <summary>Clusters and requests for the tests of schedulers.</summary>
internal static class Clusters
{
    public static ClusterSnapshot Of(int nodes, Func<NodeView, NodeView>? change = null) =>
        new(1, [.. Enumerable.Range(1, nodes).Select(id => (change ?? Same)(Node((uint)id)))]);

    public static NodeView Node(uint id) => new(new NodeId(id), 1, [], 0) { Slots = 4, Report = 1 };

    public static ClusterSnapshot With(
        this ClusterSnapshot cluster,
        uint id,
        Func<NodeView, NodeView> change
    ) => cluster with { Nodes = [.. cluster.Nodes.Select(n => n.Id.Value == id ? change(n) : n)] };

    public static ClusterSnapshot Without(this ClusterSnapshot cluster, uint id) =>
        cluster with
        {
            Nodes = [.. cluster.Nodes.Where(node => node.Id.Value != id)],
        };

    public static SchedulingRequest Request(
        string function = "app/function",
        uint? leader = null,
        uint caller = 1,
        ulong? key = null
    ) =>
        new(
            FunctionAddress.Parse(function),
            TriggerKind.KeySet,
            new PartitionId("app", 0),
            leader is { } id ? new NodeId(id) : null,
            new NodeId(caller)
        )
        {
            Key = key,
        };

    public static ImmutableArray<uint> Picks(
        this IScheduler scheduler,
        ClusterSnapshot cluster,
        int count,
        Func<int, SchedulingRequest>? request = null
    ) =>
        [
            .. Enumerable
                .Range(0, count)
                .Select(i => scheduler.Pick((request ?? Any)(i), cluster)!.Value.Value),
        ];

    private static SchedulingRequest Any(int i) => Request();

    private static NodeView Same(NodeView node) => node;
}
