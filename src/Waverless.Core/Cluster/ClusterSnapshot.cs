using System.Collections.Immutable;

namespace Waverless.Cluster;

/// <summary>The nodes of a cluster at one moment, as one node sees them. Immutable.</summary>
/// <param name="Epoch">Grows with each change of the view.</param>
/// <param name="Nodes">The nodes that take work, in order of their ids.</param>
public sealed record ClusterSnapshot(ulong Epoch, ImmutableArray<NodeView> Nodes);

/// <summary>One node, as another sees it.</summary>
/// <param name="Id">Its identity.</param>
/// <param name="Weight">Its capacity relative to others; more than 0.</param>
/// <param name="Tags">What affinity can ask for.</param>
/// <param name="Active">Invocations that run there.</param>
public readonly record struct NodeView(
    NodeId Id,
    double Weight,
    ImmutableArray<string> Tags,
    int Active
);
