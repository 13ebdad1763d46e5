using Waverless.Cluster.Deployment;
using Waverless.Kv;
using Waverless.Scheduling;

namespace Waverless.Cluster.Placement;

/// <summary>
/// The fixed virtual shards over which partitions are spread: what is pinned to nodes is a shard,
/// so that the map has one size however many apps there are.
/// </summary>
internal static class Shards
{
    /// <summary>How many; part of the wire and disk format of the map.</summary>
    public const int Count = 256;

    /// <summary>The shard of a partition. Never changes: it says where data is.</summary>
    public static int Of(PartitionId partition) =>
        (int)(FrozenHash.Mix(FrozenHash.Of(partition.App) + (uint)partition.Number) % Count);

    /// <summary>Whether a partition goes where its shard goes: all but the metadata do.</summary>
    public static bool CanMove(PartitionId partition) => partition.App != CatalogKeys.App;

    /// <summary>Whether a partition goes where a shard goes.</summary>
    public static bool Holds(int shard, PartitionId partition) =>
        CanMove(partition) && Of(partition) == shard;
}
