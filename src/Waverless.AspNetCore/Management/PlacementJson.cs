using System.Text.Json;
using Waverless.Apps;
using Waverless.Cluster;
using Waverless.Cluster.Placement;
using Waverless.Kv;

namespace Waverless.AspNetCore.Management;

/// <summary>Which node has which partitions, by the map of the one that is asked.</summary>
internal static class PlacementJson
{
    public static void Write(
        Utf8JsonWriter json,
        ClusterMember cluster,
        IEnumerable<AppManifest> apps
    )
    {
        var map = cluster.Homes.Map;
        var shards = map.Homes.CountBy(home => home).ToDictionary();
        var partitions = apps.SelectMany(app =>
                Enumerable
                    .Range(0, app.Partitions)
                    .Select(number => new PartitionId(app.Name, number))
            )
            .ToLookup(partition => cluster.Homes.HomeOf(partition, map));
        json.WriteNumber("epoch", map.Epoch);
        json.WriteNumber("shards", Shards.Count);
        json.WriteNumber("due", cluster.Moves?.Due ?? 0);
        json.WriteNumber("metadata", cluster.Homes.Coordinator.Value);
        json.WriteStartArray("nodes");
        foreach (var node in shards.Keys.OrderBy(node => node.Value))
        {
            json.WriteStartObject();
            json.WriteNumber("node", node.Value);
            json.WriteNumber("shards", shards[node]);
            json.WriteStartArray("partitions");
            foreach (var partition in partitions[node])
            {
                json.WriteStartObject();
                json.WriteString("app", partition.App);
                json.WriteNumber("partition", partition.Number);
                json.WriteNumber("shard", Shards.Of(partition));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
