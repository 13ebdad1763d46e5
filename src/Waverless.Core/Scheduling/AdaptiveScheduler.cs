using Waverless.Cluster;

namespace Waverless.Scheduling;

/// <summary>
/// Goes where the answer is expected first: what waits there, plus the cold start, plus moving the
/// payload there, plus the round trips and bytes between there and the data. Reports are old, so
/// what this scheduler sent lately counts at once, and reports only in so far as they are lasting.
/// Among nodes that are as good, an app keeps to those that come first in its own order.
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
        var count = Math.Min(nodes.Length, AdaptiveSettings.NodesMax);
        var first = nodes.Length > count ? (int)(estimate.App % (ulong)nodes.Length) : 0;
        var key = estimate.IsStateless ? estimate.App : random.Next();
        var weights = 0.0;
        foreach (ref readonly var node in nodes)
        {
            weights += node.Weight;
        }

        var order =
            (estimate.IsStateless ? settings.OrderMs : settings.TieMs)
            * weights
            / nodes.Length
            / (1L << FixedLog.FractionBits);
        var least = double.PositiveInfinity;
        var best = 0;
        var (bestDrain, isBestWarm) = (1f, true);
        for (var i = 0; i < count; i++)
        {
            var index = first + i < nodes.Length ? first + i : first + i - nodes.Length;
            ref readonly var node = ref nodes[index];
            var drain = estimate.DrainOf(node);
            var sent = BucketsOf(estimate, node).Read(node.Id, nowMs, drain);
            var isWarm =
                node.Warm?.InstancesOf(estimate.App) > 0 || _starts.Contains(node, estimate.App);
            double cost = estimate.Of(node, sent / drain, isWarm);
            cost += order * Straw2.Draw(key, node.Id.Value, node.Weight);
            if (cost < least)
            {
                (least, best, bestDrain, isBestWarm) = (cost, index, drain, isWarm);
            }
        }

        ref readonly var chosen = ref nodes[best];
        BucketsOf(estimate, chosen)
            .Add(
                chosen.Id,
                nowMs,
                bestDrain,
                estimate.WorkOn(chosen, isBestWarm, settings.ColdWork)
            );
        _starts.Add(chosen, estimate.App);
        return chosen.Id;
    }

    private SentWork BucketsOf(in PlacementEstimate estimate, in NodeView node) =>
        estimate.IsOwnHome(node) ? _sentHome : _sent;
}
