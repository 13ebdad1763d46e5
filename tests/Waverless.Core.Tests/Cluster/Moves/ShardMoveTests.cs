using Waverless.Simulation.Clusters;

namespace Waverless.Cluster.Moves;

public sealed class ShardMoveTests
{
    private const int Apps = 40;

    [Fact]
    public void A_node_that_comes_gets_its_share_with_all_that_is_in_it()
    {
        var sim = new ClusterSim { Moves = true };
        sim.Run(async () =>
        {
            await WriteAsync(sim, "v");
            await sim.JoinAsync(4);
            await BalancedAsync(sim, 1, 2, 3, 4);
            Assert.InRange(sim.Nodes[4].Node.Cluster!.Homes.Map.SharesOf(new NodeId(4)), 40, 90);
            await ReadAsync(sim, "v");
            await DeletedAsync(sim);
            await WriteAsync(sim, "w");
            await ReadAsync(sim, "w");
        });
    }

    /// <summary>Waits until all shards are where they should be.</summary>
    internal static Task BalancedAsync(ClusterSim sim, params uint[] nodes)
    {
        var target = TargetMap.Of(sim.File.Where(node => nodes.Contains(node.Id.Value)));
        return sim.UntilAsync(() =>
            sim.Nodes.Values.All(node => node.Node.Cluster!.Homes.Map.Homes.SequenceEqual(target))
        );
    }

    /// <summary>Waits until no node has what is at home elsewhere.</summary>
    internal static Task DeletedAsync(ClusterSim sim) =>
        sim.UntilAsync(() =>
            sim.Nodes.Values.All(node =>
                node.Engine.Partitions.All(node.Node.Cluster!.Homes.IsLocal)
            )
        );

    private static async Task WriteAsync(ClusterSim sim, string value)
    {
        for (var i = 0; i < Apps; i++)
        {
            var writer = sim.Nodes[(uint)(i % 3) + 1];
            Assert.True((await writer.SetAsync("app-" + i, "key", value + i)).IsCommitted);
        }
    }

    private static async Task ReadAsync(ClusterSim sim, string value)
    {
        for (var i = 0; i < Apps; i++)
        {
            foreach (var node in sim.Nodes.Values)
            {
                Assert.Equal(value + i, await node.GetAsync("app-" + i, "key"));
            }
        }
    }
}
