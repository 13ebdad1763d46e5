using Waverless.Cluster;
using Waverless.Cluster.Moves;
using Waverless.Hosting.Joining;

namespace Waverless.Hosting.Cluster;

/// <summary>Has nodes come and go, by what the cluster's metadata says of them.</summary>
internal sealed class ClusterNodes(Node node, JoinDesk desk) : IClusterNodes
{
    public async Task LeaveAsync(NodeId? leaving, CancellationToken ct)
    {
        var cluster = Cluster();
        try
        {
            await cluster.Moves!.Departure.LeaveAsync(leaving ?? cluster.Self, ct);
        }
        catch (LeaveException e)
        {
            throw new ClusterChangeException(ErrorOf(e.Error), e.Message, e);
        }
    }

    public Task<JoinInvitation> InviteAsync(TimeSpan? lifetime, CancellationToken ct)
    {
        Cluster();
        return desk.InviteAsync(lifetime, ct);
    }

    private ClusterMember Cluster() =>
        node.Cluster is { Moves: not null } cluster
            ? cluster
            : throw new ClusterChangeException(
                ClusterChangeError.NotClustered,
                "This node is by itself, or its store does not move partitions; expected one whose "
                    + "configuration names 'Waverless:ClusterFile', 'Waverless:Nodes' or "
                    + "'Waverless:Join'."
            );

    private static ClusterChangeError ErrorOf(LeaveError error) =>
        error switch
        {
            LeaveError.UnknownNode => ClusterChangeError.UnknownNode,
            LeaveError.HoldsMetadata => ClusterChangeError.HoldsMetadata,
            LeaveError.LastWorker => ClusterChangeError.LastWorker,
            LeaveError.Away => ClusterChangeError.NodeAway,
            LeaveError.Restarted => ClusterChangeError.Restarted,
            _ => ClusterChangeError.Unavailable,
        };
}
