using Waverless.Kv;

namespace Waverless.Cluster.Placement;

/// <summary>
/// The fixed virtual shards over which partitions are spread: what is pinned to nodes is a shard,
/// so that the map has one size however many apps there are.
/// </summary>
internal static class Shards
{
    /// <summary>How many; part of the wire and disk format of the map.</summary>
    public const int Count = 256;

    /// <summary>
    /// The shard of a partition: FNV-1a over the app's name and the number, then the finaliser of
    /// MurmurHash3. Never changes: it says where data is.
    /// </summary>
    public static int Of(PartitionId partition)
    {
        var hash = 14695981039346656037UL;
        foreach (var c in partition.App)
        {
            hash = (hash ^ c) * 1099511628211UL;
        }

        hash = (hash ^ 0x100UL ^ (uint)partition.Number) * 1099511628211UL;
        hash ^= hash >> 33;
        hash *= 0xFF51AFD7ED558CCDUL;
        hash ^= hash >> 33;
        return (int)(hash % Count);
    }
}
