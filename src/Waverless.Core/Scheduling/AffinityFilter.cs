using System.Collections.Immutable;
using Waverless.Apps;
using Waverless.Cluster;

namespace Waverless.Scheduling;

/// <summary>
/// The nodes that one function may run on. Keeps its last answer, so that only a new view of the
/// cluster costs anything. Thread-safe without locks.
/// </summary>
internal sealed class AffinityFilter(FunctionAddress function, FunctionAffinity affinity)
{
    private Answer? _last;

    /// <summary>The cluster without the nodes that are not allowed.</summary>
    public AffinityChoice Apply(ClusterSnapshot cluster)
    {
        var last = Volatile.Read(ref _last);
        if (last is null || !ReferenceEquals(last.Of, cluster))
        {
            last = new Answer(cluster, Filter(cluster));
            Volatile.Write(ref _last, last);
        }

        return last.Choice;
    }

    /// <summary>Whether any worker will do.</summary>
    public bool IsOpen =>
        affinity.Tags.IsEmpty && affinity.NodesMax is null && affinity.NodeIds.IsEmpty;

    private AffinityChoice Filter(ClusterSnapshot cluster)
    {
        if (IsOpen && cluster.Nodes is [_, ..] && cluster.Nodes.All(node => !node.IsSuspected))
        {
            return new AffinityChoice(cluster, null);
        }

        var allowed = cluster.Nodes.Where(IsAllowed).ToImmutableArray();
        if (affinity.NodesMax is { } most && most < allowed.Length)
        {
            allowed = Chosen(allowed, most);
        }

        // Avoided, not dropped: a node that is only slow to answer may be the only one that fits.
        var heard = allowed.RemoveAll(node => node.IsSuspected);
        allowed = heard.IsEmpty ? allowed : heard;
        return allowed.IsEmpty
            ? new AffinityChoice(null, Reason(cluster))
            : new AffinityChoice(new ClusterSnapshot(cluster.Epoch, allowed), null);
    }

    private bool IsAllowed(NodeView node) =>
        affinity.Tags.All(tag => node.Tags.Contains(tag, StringComparer.Ordinal))
        && (affinity.NodeIds.IsEmpty || affinity.NodeIds.Contains((int)node.Id.Value));

    /// <summary>
    /// The same few nodes as long as they are there: when one leaves, one other takes its place.
    /// </summary>
    private ImmutableArray<NodeView> Chosen(ImmutableArray<NodeView> allowed, int most)
    {
        var key = FrozenHash.Of(function.App, function.Function);
        return
        [
            .. allowed
                .OrderBy(node => Straw2.Draw(key, node.Id.Value, node.Weight))
                .ThenBy(node => node.Id.Value)
                .Take(most)
                .OrderBy(node => node.Id.Value),
        ];
    }

    private string Reason(ClusterSnapshot cluster)
    {
        var asked = new List<string>();
        if (!affinity.Tags.IsEmpty)
        {
            asked.Add($"a node with the tags {string.Join(", ", affinity.Tags)}");
        }

        if (!affinity.NodeIds.IsEmpty)
        {
            asked.Add($"one of the nodes {string.Join(", ", affinity.NodeIds)}");
        }

        if (asked.Count == 0)
        {
            asked.Add("a node");
        }

        return $"'{function}' needs {string.Join(" that is ", asked)}; "
            + $"none of the {cluster.Nodes.Length} nodes that take work is one.";
    }

    private sealed record Answer(ClusterSnapshot Of, AffinityChoice Choice);
}
