using Waverless.Kv;

namespace Waverless.Cluster.Placement;

/// <summary>
/// Where each partition is at home, as this node knows it. Thread-safe; a look-up neither locks nor
/// allocates.
/// </summary>
internal sealed class PartitionHomes(NodeId self, PlacementMap map)
{
    private readonly Lock _lock = new();
    private volatile PlacementMap _map = map;

    public NodeId Self => self;

    public PlacementMap Map => _map;

    /// <summary>Hears of each newer map, after it has been taken over, one at a time.</summary>
    public event Action<PlacementMap, PlacementMap>? Changed;

    public NodeId HomeOf(PartitionId partition) => _map.HomeOf(partition);

    public bool IsLocal(PartitionId partition) => _map.HomeOf(partition) == self;

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

            _map = map;
            Changed?.Invoke(before, map);
            return true;
        }
    }
}
