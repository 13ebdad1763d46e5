using Waverless.Cluster;

namespace Waverless.Scheduling;

/// <summary>Any node, each as likely as the others. Knows nothing, costs nothing.</summary>
internal sealed class RandomScheduler(SeededSequence random) : IScheduler
{
    public string Name => SchedulerNames.Random;

    public NodeId? Pick(in SchedulingRequest request, ClusterSnapshot cluster)
    {
        var count = cluster.Nodes.Length;
        return count == 0 ? null : cluster.Nodes[random.Next(count)].Id;
    }
}
