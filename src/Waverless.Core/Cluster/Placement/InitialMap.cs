using System.Collections.Immutable;
using Waverless.Scheduling;

namespace Waverless.Cluster.Placement;

/// <summary>
/// The map with which a cluster begins: each node of the cluster file computes the same one, so
/// that nobody has to be asked.
/// </summary>
internal static class InitialMap
{
    /// <summary>Spreads the shards over the workers of the file by straw2 (CRUSH).</summary>
    /// <exception cref="ArgumentException">There is no worker.</exception>
    public static PlacementMap Of(ImmutableArray<ClusterNode> nodes)
    {
        var workers = nodes
            .Where(node => node.Roles.HasFlag(NodeRoles.Worker))
            .OrderBy(node => node.Id.Value)
            .ToImmutableArray();
        if (workers.IsEmpty)
        {
            throw new ArgumentException("The cluster has no worker.", nameof(nodes));
        }

        Straw[] straws = [.. workers.Select(node => new Straw(node.Id.Value, node.Weight))];
        var homes = ImmutableArray.CreateBuilder<NodeId>(Shards.Count);
        for (var shard = 0; shard < Shards.Count; shard++)
        {
            homes.Add(workers[Straw2.Pick((ulong)shard, straws)].Id);
        }

        return new PlacementMap(0, homes.MoveToImmutable());
    }

    /// <summary>A map of somebody who does not know it: a node that does is asked.</summary>
    public static PlacementMap Unknown(NodeId asked) =>
        new(0, [.. Enumerable.Repeat(asked, Shards.Count)]);
}
