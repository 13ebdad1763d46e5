using System.Collections.Immutable;

namespace Waverless.Cluster.Files;

/// <summary>What a cluster file says: the nodes of a cluster that are known beforehand.</summary>
/// <param name="Nodes">At least one, in order of their ids; at least one is a worker.</param>
internal sealed record ClusterFile(ImmutableArray<ClusterNode> Nodes)
{
    /// <summary>Where logs are to be pushed; null: nowhere.</summary>
    public string? LokiAddress { get; init; }

    public ClusterNode? Find(NodeId id) => Nodes.FirstOrDefault(node => node.Id == id);
}
