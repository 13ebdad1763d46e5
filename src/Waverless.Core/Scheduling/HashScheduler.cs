using Waverless.Cluster;

namespace Waverless.Scheduling;

/// <summary>
/// The same node for the same key, or function: rendezvous over nodes that all count alike. Keeps
/// few nodes warm for each app, whatever their load.
/// </summary>
internal sealed class HashScheduler : IScheduler
{
    public string Name => SchedulerNames.Hash;

    public NodeId? Pick(in SchedulingRequest request, ClusterSnapshot cluster)
    {
        var key = request.Hash;
        NodeId? winner = null;
        var highest = 0UL;
        foreach (ref readonly var node in cluster.Nodes.AsSpan())
        {
            var draw = Straw2.Hash(key, node.Id.Value);
            if (winner is null || draw > highest)
            {
                (winner, highest) = (node.Id, draw);
            }
        }

        return winner;
    }
}
