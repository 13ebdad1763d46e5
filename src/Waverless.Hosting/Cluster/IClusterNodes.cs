using Waverless.Cluster;

namespace Waverless.Hosting.Cluster;

/// <summary>
/// Has nodes leave the cluster that the host's node is one of. To be injected; thread-safe.
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
}
