using Waverless.Cluster;
using Waverless.Hosting.Joining;

namespace Waverless.Hosting.Cluster;

/// <summary>
/// Has nodes join and leave the cluster that the host's node is one of. To be injected; thread-safe.
/// </summary>
public interface IClusterNodes
{
    /// <summary>
    /// Takes a node out of service: it gets no new work, what runs there ends, its partitions move
    /// to other nodes. Then its process may be stopped without anything becoming unavailable. A
    /// node that is only stopped has not left: its partitions wait for it. One that has left is in
    /// service again when it is started again.
    /// </summary>
    /// <param name="node">Which; null: the host's own.</param>
    /// <param name="ct">Stops waiting; the node goes on leaving.</param>
    /// <returns>Ends when the node has left; at once if it had before.</returns>
    /// <exception cref="ClusterChangeException">It cannot leave.</exception>
    Task LeaveAsync(NodeId? node = null, CancellationToken ct = default);

    /// <summary>
    /// Gives out a token with which one host can join, once; which node it becomes is fixed by it.
    /// Only a host that has the key of the cluster's authority can.
    /// </summary>
    /// <param name="lifetime">
    /// How long it can be used; null: an hour. More than 0, at most 7 days.
    /// </param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="ArgumentOutOfRangeException">The lifetime is out of range.</exception>
    /// <exception cref="ClusterChangeException">No token is given out.</exception>
    Task<JoinInvitation> InviteAsync(TimeSpan? lifetime = null, CancellationToken ct = default);
}
