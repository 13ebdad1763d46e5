using Waverless.Cluster;

namespace Waverless.Scheduling;

/// <summary>
/// The same node for the same key, or function, in proportion to the nodes' weights. See
/// <see cref="Straw2"/>.
/// </summary>
internal sealed class Straw2Scheduler : IScheduler
{
    private readonly LayoutCache _layouts = new();

    public string Name => SchedulerNames.Straw2;

    public NodeId? Pick(in SchedulingRequest request, ClusterSnapshot cluster)
    {
        var layout = _layouts.Of(cluster);
        var key = FrozenHash.Mix(request.Hash);
        var nodes = cluster.Nodes.AsSpan();
        NodeId? winner = null;
        var shortest = double.PositiveInfinity;
        for (var i = 0; i < nodes.Length; i++)
        {
            var hash = FrozenHash.Mix(key ^ layout.Mix(i));
            if (Straw2.IsLonger(hash, nodes[i].Weight, shortest))
            {
                continue;
            }

            var draw = Straw2.Draw(hash, nodes[i].Weight);
            if (draw < shortest)
            {
                (winner, shortest) = (nodes[i].Id, draw);
            }
        }

        return winner;
    }
}
