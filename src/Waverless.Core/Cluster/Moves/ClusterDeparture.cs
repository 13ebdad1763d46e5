using Waverless.Cluster.Membership;
using Waverless.Cluster.Placement;
using Waverless.Kv;
using Entry = Waverless.Messaging.Wire.MemberEntry;
using State = Waverless.Messaging.Wire.MemberEntry.Types.State;

namespace Waverless.Cluster.Moves;

/// <summary>
/// Takes nodes out of service: no new work goes to them, their partitions move away. Any node can
/// be asked; what is to be is in the metadata, so that it goes on whoever dies. Thread-safe.
/// </summary>
internal sealed class ClusterDeparture(
    MapStore store,
    PartitionHomes homes,
    IMembership members,
    TimeProvider time
)
{
    /// <summary>
    /// Takes a node out of service; ends when it has no partitions any more and runs nothing. A
    /// node that has left already has left.
    /// </summary>
    /// <param name="node">Which; it has to be there, since its data is with it.</param>
    /// <param name="ct">Stops waiting; the node goes on leaving.</param>
    /// <exception cref="LeaveException">It cannot leave, or was started again.</exception>
    public async Task LeaveAsync(NodeId node, CancellationToken ct)
    {
        await BeginAsync(node, ct);
        while (true)
        {
            var state = await StateOfAsync(node, ct);
            if (state == State.Left)
            {
                return;
            }

            if (state == State.InService)
            {
                throw new LeaveException(
                    LeaveError.Restarted,
                    $"Node {node} was started again, and is in service."
                );
            }

            if (homes.Map.SharesOf(node) == 0 && !IsPresent(node))
            {
                // Nobody else would say so.
                await TryChangeAsync(node, State.Leaving, State.Left, ct);
            }

            await Task.Delay(MoveLimits.LeaveLook, time, ct);
        }
    }

    /// <summary>A node that has nothing any more says so.</summary>
    /// <returns>False: it is to be tried again.</returns>
    public async Task<bool> TryEndAsync(NodeId node, CancellationToken ct)
    {
        try
        {
            return await TryChangeAsync(node, State.Leaving, State.Left, ct);
        }
        catch (LeaveException)
        {
            return false;
        }
    }

    /// <summary>Takes a node out of service; its partitions move away by and by.</summary>
    /// <exception cref="LeaveException">It cannot leave.</exception>
    private async Task BeginAsync(NodeId node, CancellationToken ct)
    {
        if (node == homes.Coordinator)
        {
            throw new LeaveException(
                LeaveError.HoldsMetadata,
                $"Node {node} keeps the cluster's metadata, which does not move; another node can "
                    + "leave."
            );
        }

        while (true)
        {
            var state = await StateOfAsync(node, ct);
            if (state != State.InService)
            {
                return;
            }

            if (homes.Map.SharesOf(node) > 0 && !IsPresent(node))
            {
                throw new LeaveException(
                    LeaveError.Away,
                    $"Node {node} is away, and {homes.Map.SharesOf(node)} of {Shards.Count} shards "
                        + "are with it; expected that it runs: start it, and let it leave then."
                );
            }

            if (await TryChangeAsync(node, State.InService, State.Leaving, ct))
            {
                return;
            }
        }
    }

    private bool IsPresent(NodeId node) =>
        members.Current.Members.Any(member => member.Id == node && member.IsPresent);

    private Task<State> StateOfAsync(NodeId node, CancellationToken ct) =>
        AskAsync(async () => (await FindAsync(node, ct)).Entry.State);

    /// <summary>False: somebody has changed something meanwhile.</summary>
    private Task<bool> TryChangeAsync(NodeId node, State from, State to, CancellationToken ct) =>
        AskAsync(async () =>
        {
            // Two that leave at once must not each count on the other.
            (NodeId, ulong)? other = to == State.Leaving ? await FindOtherAsync(node, ct) : null;
            var (entry, number) = await FindAsync(node, ct);
            if (entry.State != from)
            {
                return entry.State == to;
            }

            entry.State = to;
            return await store.PutMemberAsync(entry, number, ct, other);
        });

    private async Task<(Entry Entry, ulong Number)> FindAsync(NodeId node, CancellationToken ct) =>
        await store.FindMemberAsync(node, ct)
        ?? throw new LeaveException(
            LeaveError.UnknownNode,
            $"The cluster knows no node {node}; expected one of: {await KnownAsync(ct)}."
        );

    private async Task<string> KnownAsync(CancellationToken ct) =>
        string.Join(", ", (await store.MembersAsync(ct)).Select(entry => entry.Node).Order());

    /// <summary>Another worker in service, and the revision that says so.</summary>
    private async Task<(NodeId, ulong)> FindOtherAsync(NodeId node, CancellationToken ct)
    {
        var others = (await store.MembersAsync(ct))
            .Where(entry => IsWorker(entry) && entry.Node != node.Value)
            .OrderByDescending(entry => IsPresent(new NodeId(entry.Node)));
        foreach (var other in others)
        {
            var id = new NodeId(other.Node);
            if (await store.FindMemberAsync(id, ct) is { } found && IsWorker(found.Entry))
            {
                return (id, found.Number);
            }
        }

        throw new LeaveException(
            LeaveError.LastWorker,
            $"No other worker than node {node} is in service; expected one that can take its "
                + "partitions."
        );
    }

    private static bool IsWorker(Entry entry) =>
        entry.State == State.InService && ((NodeRoles)entry.Roles).HasFlag(NodeRoles.Worker);

    private static async Task<T> AskAsync<T>(Func<Task<T>> ask)
    {
        try
        {
            return await ask();
        }
        catch (StorageException failure)
        {
            throw new LeaveException(LeaveError.Unavailable, failure.Message);
        }
    }
}
