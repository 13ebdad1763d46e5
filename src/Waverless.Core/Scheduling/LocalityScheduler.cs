using Waverless.Cluster;

namespace Waverless.Scheduling;

/// <summary>
/// Code runs where the data is: on the leader of the partition, else where the request arrived,
/// else nowhere.
/// </summary>
internal sealed class LocalityScheduler : IScheduler
{
    public string Name => SchedulerNames.Locality;

    public NodeId? Pick(in SchedulingRequest request, ClusterSnapshot cluster)
    {
        if (request.Leader is { } leader && cluster.IndexOf(leader) >= 0)
        {
            return leader;
        }

        return cluster.IndexOf(request.Caller) >= 0 ? request.Caller : null;
    }
}
