using Waverless.Cluster.Placement;
using Waverless.Kv;
using Waverless.Storage.Engine;
using Waverless.Storage.Keyspaces;

namespace Waverless.Storage.Moves;

/// <summary>
/// Shards that take no commits, remembered on the disk: after a crash nobody commits to what may
/// be at home elsewhere by then. Not thread-safe.
/// </summary>
internal sealed class ShardFences(EngineContext context)
{
    private readonly HashSet<int> _shards = [];

    public IReadOnlyCollection<int> All => [.. _shards.Order()];

    /// <summary>Reads what is remembered.</summary>
    public static ShardFences Load(EngineContext context)
    {
        var fences = new ShardFences(context);
        var bits = NodeRecord.Read(context.Keyspace, NodeRecord.Fences) ?? [];
        for (var shard = 0; shard < Math.Min(Shards.Count, bits.Length * 8); shard++)
        {
            if ((bits[shard / 8] & (1 << (shard % 8))) != 0)
            {
                fences._shards.Add(shard);
            }
        }

        return fences;
    }

    /// <summary>Whether a partition is in one of them.</summary>
    public bool Holds(PartitionId id) =>
        _shards.Count > 0 && Shards.CanMove(id) && _shards.Contains(Shards.Of(id));

    /// <summary>Changes one, first on the disk.</summary>
    /// <exception cref="StorageException">The disk refused.</exception>
    public void Set(int shard, bool isFenced)
    {
        if (_shards.Contains(shard) == isFenced)
        {
            return;
        }

        var bits = new byte[Shards.Count / 8];
        foreach (var other in _shards.Where(other => other != shard))
        {
            bits[other / 8] |= (byte)(1 << (other % 8));
        }

        if (isFenced)
        {
            bits[shard / 8] |= (byte)(1 << (shard % 8));
        }

        var batch = new RecordBatch();
        NodeRecord.Put(batch, NodeRecord.Fences, bits);
        context.Demand(batch, sync: true);
        _ = isFenced ? _shards.Add(shard) : _shards.Remove(shard);
    }
}
