using Waverless.Cluster;

namespace Waverless.Scheduling;

/// <summary>
/// Goes where the answer is expected first: what waits there, plus the cold start, plus moving the
/// payload there, plus the round trips and bytes between there and the data. Reports are old, so it
/// counts what it sent since, and draws among nodes that are as good as the best.
/// </summary>
internal sealed class AdaptiveScheduler(SeededSequence random, AdaptiveSettings settings)
    : IScheduler
{
    private readonly SentWork _sent = new();
    private readonly RecentStarts _starts = new();

    public string Name => SchedulerNames.Adaptive;

    public NodeId? Pick(in SchedulingRequest request, ClusterSnapshot cluster)
    {
        var nodes = cluster.Nodes.AsSpan();
        if (nodes.IsEmpty)
        {
            return null;
        }

        var estimate = new PlacementEstimate(request, settings);
        Span<float> costs = stackalloc float[AdaptiveSettings.NodesMax];
        var count = Math.Min(nodes.Length, costs.Length);
        var first = nodes.Length > count ? (int)(estimate.App % (ulong)nodes.Length) : 0;
        var least = float.PositiveInfinity;
        for (var i = 0; i < count; i++)
        {
            ref readonly var node = ref nodes[(first + i) % nodes.Length];
            var isWarm =
                node.Warm?.InstancesOf(estimate.App) > 0 || _starts.Contains(node, estimate.App);
            costs[i] = estimate.Of(node, _sent.Read(node), isWarm);
            least = Math.Min(least, costs[i]);
        }

        ref readonly var chosen = ref nodes[(first + Draw(costs[..count], least)) % nodes.Length];
        _sent.Add(chosen, estimate.RunMs);
        _starts.Add(chosen, estimate.App);
        return chosen.Id;
    }

    /// <summary>One of the nodes that are as good as the best.</summary>
    private int Draw(ReadOnlySpan<float> costs, float least)
    {
        var equals = 0;
        foreach (var cost in costs)
        {
            equals += cost <= least ? 1 : 0;
        }

        var skip = random.Next(equals);
        for (var i = 0; i < costs.Length; i++)
        {
            if (costs[i] <= least && skip-- == 0)
            {
                return i;
            }
        }

        return 0;
    }
}
