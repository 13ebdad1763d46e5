using Waverless.Cluster;

namespace Waverless.Scheduling;

/// <summary>
/// The same node for the same key, or function, in proportion to the nodes' weights. See
/// <see cref="Straw2"/>.
/// </summary>
internal sealed class Straw2Scheduler : IScheduler
{
    public string Name => SchedulerNames.Straw2;

    public NodeId? Pick(in SchedulingRequest request, ClusterSnapshot cluster)
    {
        var key = request.Hash;
        NodeId? winner = null;
        var shortest = double.PositiveInfinity;
        foreach (ref readonly var node in cluster.Nodes.AsSpan())
        {
            var draw = Straw2.Draw(key, node.Id.Value, node.Weight);
            if (draw < shortest)
            {
                (winner, shortest) = (node.Id, draw);
            }
        }

        return winner;
    }
}
