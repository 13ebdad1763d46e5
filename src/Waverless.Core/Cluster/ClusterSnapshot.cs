using System.Collections.Immutable;

namespace Waverless.Cluster;

/// <summary>The nodes of a cluster at one moment, as one node sees them. Immutable.</summary>
/// <param name="Epoch">Grows with each change of the view.</param>
/// <param name="Nodes">The nodes that take work, in order of their ids.</param>
public sealed record ClusterSnapshot(ulong Epoch, ImmutableArray<NodeView> Nodes)
{
    /// <summary>The index of a node in <see cref="Nodes"/>, or -1.</summary>
    public int IndexOf(NodeId id)
    {
        var nodes = Nodes.AsSpan();
        for (var i = 0; i < nodes.Length; i++)
        {
            if (nodes[i].Id == id)
            {
                return i;
            }
        }

        return -1;
    }
}
