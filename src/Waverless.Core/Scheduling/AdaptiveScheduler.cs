using Waverless.Cluster;

namespace Waverless.Scheduling;

/// <summary>
/// Goes where the answer is expected first: what waits there, plus the cold start, plus moving the
/// payload there, plus the round trips and bytes between there and the data. Reports are old, so
/// what this scheduler sent lately counts at once, and reports only where they tell of long queues.
/// A stateless app keeps to its own order of nodes, so that few have to keep it warm.
/// </summary>
internal sealed class AdaptiveScheduler(
    SeededSequence random,
    TimeProvider time,
    AdaptiveSettings settings
) : IScheduler
{
    private readonly SentWork _sent = new();
    private readonly SentWork _sentHome = new();
    private readonly RecentStarts _starts = new();
    private readonly LayoutCache _layouts = new();
    private readonly OrderCache _orders = new();
    private readonly double _msPerTick = 1000.0 / time.TimestampFrequency;

    public string Name => SchedulerNames.Adaptive;

    public NodeId? Pick(in SchedulingRequest request, ClusterSnapshot cluster)
    {
        var nodes = cluster.Nodes.AsSpan();
        if (nodes.IsEmpty)
        {
            return null;
        }

        var nowMs = time.GetTimestamp() * _msPerTick;
        var layout = _layouts.Of(cluster);
        var estimate = new PlacementEstimate(request, settings, layout, nodes.Length);
        var home = request.Leader is { } leader && !estimate.IsStateless ? leader : request.Caller;
        var best = estimate.IsStateless
            ? InOrder(estimate, cluster, layout, nowMs, cluster.IndexOf(home))
            : NearHome(estimate, nodes, nowMs, cluster.IndexOf(home));
        ref readonly var chosen = ref nodes[best];
        Buckets(estimate, chosen)
            .Add(chosen.Id, nowMs, estimate.DrainOf(chosen), estimate.RunMsOn(best));
        _starts.Add(chosen, estimate.App);
        return chosen.Id;
    }

    /// <summary>
    /// Looks at the caller and at nodes in the app's own order, until no later one can be better.
    /// </summary>
    private int InOrder(
        in PlacementEstimate estimate,
        ClusterSnapshot cluster,
        ClusterLayout layout,
        double nowMs,
        int caller
    )
    {
        var order = _orders.Of(estimate.App, cluster, layout);
        var nodes = cluster.Nodes.AsSpan();
        var best = caller;
        var least = double.PositiveInfinity;
        if (caller >= 0)
        {
            var place = estimate.OrderMs * order.DrawOf(nodes[caller]);
            least = place + Cost(estimate, nodes[caller], caller, nowMs, least);
        }

        var floor = estimate.LeastRunMs;
        for (var i = 0; i < order.Nodes.Length; i++)
        {
            var place = estimate.OrderMs * order.Draws[i];
            if (floor + place >= least && best >= 0)
            {
                break;
            }

            var index = order.Nodes[i];
            var cost = place + Cost(estimate, nodes[index], index, nowMs, least - place);
            if (cost < least || best < 0)
            {
                (least, best) = (cost, index);
            }
        }

        return best;
    }

    /// <summary>Looks at the home of the data and, if that is busy, at a window of nodes.</summary>
    private int NearHome(
        in PlacementEstimate estimate,
        ReadOnlySpan<NodeView> nodes,
        double nowMs,
        int home
    )
    {
        var key = random.Next();
        var count = Math.Min(nodes.Length, AdaptiveSettings.NodesMax);
        var first = nodes.Length > count ? (int)(estimate.App % (ulong)nodes.Length) : 0;
        var best = home;
        var least =
            home < 0
                ? double.PositiveInfinity
                : Cost(estimate, nodes[home], home, nowMs, double.PositiveInfinity);
        for (var i = 0; i < count; i++)
        {
            var index = first + i < nodes.Length ? first + i : first + i - nodes.Length;
            var cost = Cost(estimate, nodes[index], index, nowMs, least);
            if (cost >= least && best >= 0)
            {
                continue;
            }

            // Among equals chance decides, so that not all go to the first of them.
            cost += estimate.OrderMs * Chance(key, nodes[index].Id);
            if (cost < least || best < 0)
            {
                (least, best) = (cost, index);
            }
        }

        return best;
    }

    /// <summary>
    /// The milliseconds to the answer; not the whole of it where that is more than a bound anyway.
    /// </summary>
    private double Cost(
        in PlacementEstimate estimate,
        in NodeView node,
        int index,
        double nowMs,
        double bound
    )
    {
        var cost = estimate.Unavoidable(node, index);
        if (cost >= bound)
        {
            return cost;
        }

        var drain = estimate.DrainOf(node);
        var sentMs = Buckets(estimate, node).Read(node.Id, nowMs, drain) / drain;
        cost += estimate.WaitMs(node, sentMs);
        if (cost >= bound)
        {
            return cost;
        }

        var isWarm =
            node.Warm?.InstancesOf(estimate.App) > 0 || _starts.Contains(node, estimate.App);
        return isWarm ? cost : cost + estimate.ColdMs;
    }

    private static double Chance(ulong key, NodeId node) =>
        (FrozenHash.Mix(key ^ node.Value) >> 11) * (1.0 / (1UL << 53));

    private SentWork Buckets(in PlacementEstimate estimate, in NodeView node) =>
        estimate.IsOwnHome(node) ? _sentHome : _sent;
}
