using System.Collections.Immutable;
using Waverless.Cluster.Placement;
using Waverless.Scheduling;

namespace Waverless.Cluster.Moves;

/// <summary>
/// Where shards should be: on the nodes that are in service, by straw2. A node that comes takes
/// its share from all others, one that goes leaves its own to all others, and nothing else moves.
/// </summary>
internal static class TargetMap
{
    /// <summary>The home of each shard; empty: there is no node for them.</summary>
    public static ImmutableArray<NodeId> Of(IEnumerable<ClusterNode> workers)
    {
        var sorted = workers.OrderBy(node => node.Id.Value).ToList();
        if (sorted.Count == 0)
        {
            return [];
        }

        Straw[] straws = [.. sorted.Select(node => new Straw(node.Id.Value, node.Weight))];
        return
        [
            .. Enumerable
                .Range(0, Shards.Count)
                .Select(shard => sorted[Straw2.Pick((ulong)shard, straws)].Id),
        ];
    }
}
