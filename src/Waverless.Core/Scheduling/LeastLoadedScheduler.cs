using Waverless.Cluster;

namespace Waverless.Scheduling;

/// <summary>
/// The less loaded of two nodes drawn at random: nearly as even as asking all of them, without the
/// herd that runs to the one node that looked idle in an old report (Mitzenmacher, "The power of
/// two choices in randomized load balancing", 2001; "How useful is old information?", 2000).
/// </summary>
internal sealed class LeastLoadedScheduler(SeededSequence random) : IScheduler
{
    public string Name => SchedulerNames.LeastLoaded;

    public NodeId? Pick(in SchedulingRequest request, ClusterSnapshot cluster)
    {
        var nodes = cluster.Nodes.AsSpan();
        if (nodes.Length < 2)
        {
            return nodes.IsEmpty ? null : nodes[0].Id;
        }

        var first = random.Next(nodes.Length);
        var second = random.Next(nodes.Length - 1);
        second += second >= first ? 1 : 0;
        return (LoadOf(nodes[second]) < LoadOf(nodes[first]) ? nodes[second] : nodes[first]).Id;
    }

    private static double LoadOf(in NodeView node) => (node.Active + node.Queued) / node.Weight;
}
