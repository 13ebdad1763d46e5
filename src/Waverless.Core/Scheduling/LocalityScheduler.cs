using Waverless.Cluster;

namespace Waverless.Scheduling;

/// <summary>
/// Code runs where the data is: on the leader of the partition, else where the request arrived,
/// else nowhere.
/// </summary>
internal sealed class LocalityScheduler : IScheduler
{
    public string Name => "locality";

    public NodeId? Pick(in SchedulingRequest request, ClusterSnapshot cluster)
    {
        if (request.Leader is { } leader && Has(cluster, leader))
        {
            return leader;
        }

        return Has(cluster, request.Caller) ? request.Caller : null;
    }

    private static bool Has(ClusterSnapshot cluster, NodeId id)
    {
        foreach (var node in cluster.Nodes)
        {
            if (node.Id == id)
            {
                return true;
            }
        }

        return false;
    }
}
