using System.Collections.Immutable;
using Waverless.Kv;
using Wire = Waverless.Messaging.Wire;

namespace Waverless.Cluster.Placement;

/// <summary>
/// Which node each shard is pinned to. Immutable. A newer one has a higher epoch; a request found
/// by an older one is answered with the newer (DESIGN §8).
/// </summary>
internal sealed class PlacementMap
{
    private readonly ImmutableArray<NodeId> _homes;

    public PlacementMap(ulong epoch, ImmutableArray<NodeId> homes)
    {
        if (homes.Length != Shards.Count)
        {
            throw new ArgumentException(
                $"A map has {homes.Length} shards; expected {Shards.Count}.",
                nameof(homes)
            );
        }

        Epoch = epoch;
        _homes = homes;
    }

    public ulong Epoch { get; }

    public ImmutableArray<NodeId> Homes => _homes;

    public NodeId HomeOf(PartitionId partition) => _homes[Shards.Of(partition)];

    /// <summary>How many shards a node has.</summary>
    public int SharesOf(NodeId node) => _homes.Count(home => home == node);

    /// <summary>The next map: the same, but for some shards.</summary>
    public PlacementMap With(IEnumerable<int> shards, NodeId home)
    {
        var homes = _homes.ToBuilder();
        foreach (var shard in shards)
        {
            homes[shard] = home;
        }

        return new PlacementMap(Epoch + 1, homes.MoveToImmutable());
    }

    public Wire.PlacementMap ToWire()
    {
        var wire = new Wire.PlacementMap { Epoch = Epoch };
        wire.Homes.AddRange(_homes.Select(home => home.Value));
        return wire;
    }

    /// <summary>The map of a message; null if it is none.</summary>
    public static PlacementMap? FromWire(Wire.PlacementMap? wire) =>
        wire is null || wire.Homes.Count != Shards.Count
            ? null
            : new PlacementMap(wire.Epoch, [.. wire.Homes.Select(home => new NodeId(home))]);
}
