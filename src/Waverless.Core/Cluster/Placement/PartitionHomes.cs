using Waverless.Cluster.Deployment;
using Waverless.Kv;

namespace Waverless.Cluster.Placement;

/// <summary>
/// Where each partition is at home, as this node knows it. Thread-safe; a look-up neither locks nor
/// allocates.
/// </summary>
/// <param name="self">This node.</param>
/// <param name="coordinator">Where the cluster's metadata is at home, whatever the map says.</param>
/// <param name="map">The first map.</param>
internal sealed class PartitionHomes(NodeId self, NodeId coordinator, PlacementMap map)
{
    private readonly Lock _lock = new();
    private volatile PlacementMap _map = map;

    public NodeId Self => self;

    public PlacementMap Map => _map;

    /// <summary>Hears of each newer map, after it has been taken over, one at a time.</summary>
    public event Action<PlacementMap, PlacementMap>? Changed;

    public NodeId Coordinator => coordinator;

    public NodeId HomeOf(PartitionId partition) => HomeOf(partition, _map);

    /// <summary>The home by a map that was taken before.</summary>
    public NodeId HomeOf(PartitionId partition, PlacementMap map) =>
        partition.App == CatalogKeys.App ? coordinator : map.HomeOf(partition);

    public bool IsLocal(PartitionId partition) => HomeOf(partition, _map) == self;

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
