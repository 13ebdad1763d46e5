using Waverless.Cluster.Deployment;
using Waverless.Kv;

namespace Waverless.Cluster.Placement;

/// <summary>
/// Where each partition is at home, as this node knows it, and which of those that are at home
/// here are served. Thread-safe; a look-up neither locks nor allocates.
/// </summary>
/// <param name="self">This node.</param>
/// <param name="coordinator">Where the cluster's metadata is at home, whatever the map says.</param>
/// <param name="map">The first map.</param>
internal sealed class PartitionHomes(NodeId self, NodeId coordinator, PlacementMap map)
{
    private readonly Lock _lock = new();
    private readonly bool[] _isClosed = new bool[Shards.Count];
    private volatile int _closedCount;
    private volatile PlacementMap _map = map;

    public NodeId Self => self;

    public PlacementMap Map => _map;

    /// <summary>
    /// Whether shards that come to this node are closed until somebody has taken them up.
    /// </summary>
    public bool ClosesGained { get; set; }

    /// <summary>Hears of each newer map, after it has been taken over, one at a time.</summary>
    public event Action<PlacementMap, PlacementMap>? Changed;

    public NodeId Coordinator => coordinator;

    public NodeId HomeOf(PartitionId partition) => HomeOf(partition, _map);

    /// <summary>The home by a map that was taken before.</summary>
    public NodeId HomeOf(PartitionId partition, PlacementMap map) =>
        partition.App == CatalogKeys.App ? coordinator : map.HomeOf(partition);

    public bool IsLocal(PartitionId partition) => HomeOf(partition, _map) == self;

    /// <summary>Whether a partition is at home here and served.</summary>
    public bool IsServed(PartitionId partition) =>
        IsLocal(partition) && (_closedCount == 0 || !IsClosed(partition));

    /// <summary>Whether a shard is not served for a while, wherever it is at home.</summary>
    public bool IsClosed(int shard) => Volatile.Read(ref _isClosed[shard]);

    /// <summary>Serves a shard no longer; it is on its way from or to this node.</summary>
    public void Close(int shard)
    {
        lock (_lock)
        {
            Set(shard, isClosed: true);
        }
    }

    /// <summary>Serves a shard.</summary>
    public void Open(int shard)
    {
        lock (_lock)
        {
            Set(shard, isClosed: false);
        }
    }

    /// <summary>Takes a map over if it is newer.</summary>
    public bool Learn(PlacementMap? map)
    {
        lock (_lock)
        {
            var before = _map;
            if (map is null || map.Epoch <= before.Epoch)
            {
                return false;
            }

            // Before the map is seen: nobody is to find a partition here that is not taken up.
            for (var shard = 0; ClosesGained && shard < Shards.Count; shard++)
            {
                if (before.Homes[shard] != self && map.Homes[shard] == self)
                {
                    Set(shard, isClosed: true);
                }
            }

            _map = map;
            for (var shard = 0; shard < Shards.Count; shard++)
            {
                if (map.Homes[shard] != self)
                {
                    Set(shard, isClosed: false);
                }
            }

            Changed?.Invoke(before, map);
            return true;
        }
    }

    private bool IsClosed(PartitionId partition) =>
        Shards.CanMove(partition) && IsClosed(Shards.Of(partition));

    private void Set(int shard, bool isClosed)
    {
        if (_isClosed[shard] != isClosed)
        {
            Volatile.Write(ref _isClosed[shard], isClosed);
            _closedCount += isClosed ? 1 : -1;
        }
    }
}
