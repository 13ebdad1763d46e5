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
        var estimate = new PlacementEstimate(request, settings, nodes.Length);
        var home = request.Leader is { } leader && !estimate.IsStateless ? leader : request.Caller;
        var best = Best(estimate, nodes, nowMs, cluster.IndexOf(home));
        ref readonly var chosen = ref nodes[best];
        Buckets(estimate, chosen)
            .Add(chosen.Id, nowMs, estimate.DrainOf(chosen), estimate.RunMsOn(chosen));
        _starts.Add(chosen, estimate.App);
        return chosen.Id;
    }

    /// <summary>Looks at a window of nodes, and at the one where the data or the caller is.</summary>
    private int Best(
        in PlacementEstimate estimate,
        ReadOnlySpan<NodeView> nodes,
        double nowMs,
        int home
    )
    {
        var count = Math.Min(nodes.Length, AdaptiveSettings.NodesMax);
        var first = nodes.Length > count ? (int)(estimate.App % (ulong)nodes.Length) : 0;
        var key = estimate.IsStateless ? estimate.App : random.Next();
        var order = estimate.OrderMs * MeanWeight(nodes, first, count) / FixedLog.One;
        var best = home;
        var least =
            home < 0 ? double.PositiveInfinity : Cost(estimate, nodes[home], nowMs, key, order);
        for (var i = 0; i < count; i++)
        {
            var index = first + i < nodes.Length ? first + i : first + i - nodes.Length;
            var cost = Cost(estimate, nodes[index], nowMs, key, order);
            if (cost < least || best < 0)
            {
                (least, best) = (cost, index);
            }
        }

        return best;
    }

    private double Cost(
        in PlacementEstimate estimate,
        in NodeView node,
        double nowMs,
        ulong key,
        double order
    )
    {
        var drain = estimate.DrainOf(node);
        var sentMs = Buckets(estimate, node).Read(node.Id, nowMs, drain) / drain;
        var isWarm =
            node.Warm?.InstancesOf(estimate.App) > 0 || _starts.Contains(node, estimate.App);
        return estimate.Of(node, sentMs, isWarm)
            + (order * Straw2.Draw(key, node.Id.Value, node.Weight));
    }

    private static double MeanWeight(ReadOnlySpan<NodeView> nodes, int first, int count)
    {
        var sum = 0.0;
        for (var i = 0; i < count; i++)
        {
            sum += nodes[first + i < nodes.Length ? first + i : first + i - nodes.Length].Weight;
        }

        return sum / count;
    }

    private SentWork Buckets(in PlacementEstimate estimate, in NodeView node) =>
        estimate.IsOwnHome(node) ? _sentHome : _sent;
}
