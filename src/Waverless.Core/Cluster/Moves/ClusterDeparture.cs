using Waverless.Cluster.Placement;
using Waverless.Kv;
using State = Waverless.Messaging.Wire.MemberEntry.Types.State;

namespace Waverless.Cluster.Moves;

/// <summary>
/// Takes nodes out of service: no new work goes to them, their partitions move away. Any node can
/// be asked; what is to be is in the metadata, so that it goes on whoever dies. Thread-safe.
/// </summary>
internal sealed class ClusterDeparture(
    MapFollower follower,
    PartitionHomes homes,
    TimeProvider time
)
{
    /// <summary>Takes a node out of service; ends when it has no partitions any more.</summary>
    /// <param name="node">Which; it has to be there, since its data is with it.</param>
    /// <param name="ct">Stops waiting; the node goes on leaving.</param>
    /// <exception cref="LeaveException">It cannot leave.</exception>
    public async Task LeaveAsync(NodeId node, CancellationToken ct)
    {
        await BeginAsync(node, ct);
        while (homes.Map.SharesOf(node) > 0)
        {
            await Task.Delay(MoveLimits.LookPause, time, ct);
        }

        await ChangeAsync(node, State.Left, ct);
    }

    /// <summary>Takes a node out of service; its partitions move away by and by.</summary>
    /// <exception cref="LeaveException">It cannot leave.</exception>
    public async Task BeginAsync(NodeId node, CancellationToken ct)
    {
        if (node == homes.Coordinator)
        {
            throw new LeaveException(
                LeaveError.HoldsMetadata,
                $"Node {node} keeps the cluster's metadata, which does not move; another node can "
                    + "leave."
            );
        }

        var others = follower.Members.Values.Where(other =>
            other.Node != node.Value
            && other.State == State.InService
            && ((NodeRoles)other.Roles).HasFlag(NodeRoles.Worker)
        );
        if (!others.Any())
        {
            throw new LeaveException(
                LeaveError.LastWorker,
                $"No other worker than node {node} is in service; expected one that can take its "
                    + "partitions."
            );
        }

        await ChangeAsync(node, State.Leaving, ct);
    }

    private async Task ChangeAsync(NodeId node, State state, CancellationToken ct)
    {
        try
        {
            while (true)
            {
                if (await follower.Store.FindMemberAsync(node, ct) is not { } found)
                {
                    throw new LeaveException(
                        LeaveError.UnknownNode,
                        $"The cluster knows no node {node}."
                    );
                }

                found.Entry.State = state;
                if (await follower.Store.PutMemberAsync(found.Entry, found.Number, ct))
                {
                    return;
                }
            }
        }
        catch (StorageException failure)
        {
            throw new LeaveException(LeaveError.Unavailable, failure.Message);
        }
    }
}
