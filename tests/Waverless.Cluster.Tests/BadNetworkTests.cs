namespace Waverless.ClusterProcesses;

/// <summary>A cluster whose nodes each have a network of their own, with bad links.</summary>
[Collection(OneAtATime.Name)]
public sealed class BadNetworkTests
{
    [Fact]
    public async Task Links_that_lose_everything_one_way_or_both_cost_no_work()
    {
        await using var network = await CreateAsync();
        await RunAsync(
            network,
            async (cluster, _, traffic) =>
            {
                // What node 3 sends to node 2 is lost; the other way everything arrives.
                await network.CutAsync(3, 2);
                await traffic.MoreAsync(200);
                await network.HealAsync(3, 2);

                // Node 4 can be heard by nobody, and hears all.
                await CutOffAsync(network, 4, network.CutAsync);
                await cluster.UntilSeenAsync(cluster.Nodes[3], "out");
                await traffic.MoreAsync(50);
                await CutOffAsync(network, 4, network.HealAsync);
                await cluster.UntilSeenAsync(cluster.Nodes[3], "alive");
            }
        );
    }

    [Theory]
    [InlineData("narrow links", "tbf rate 4mbit burst 32kb latency 200ms")]
    [InlineData("slow links that lose", "netem delay 40ms 20ms loss 2%")]
    [InlineData("all of it", "netem delay 20ms 10ms loss 1% rate 10mbit")]
    public async Task Slow_lossy_and_narrow_links_cost_no_work(string what, string queue)
    {
        await using var network = await CreateAsync();
        var missing = await network.TryShapeAsync(queue);
        Assert.SkipWhen(missing is not null, $"{what} cannot be made (tc {queue}): {missing}");
        await RunAsync(
            network,
            async (cluster, app, traffic) =>
            {
                await traffic.MoreAsync(100);
                for (var version = 2; version <= 4; version++)
                {
                    await app.DeployAsync(cluster.Nodes[version - 1], version);
                }

                await traffic.MoreAsync(100);
            }
        );
    }

    private static async Task<Network> CreateAsync()
    {
        var missing = await Network.MissingAsync();
        Assert.SkipWhen(missing is not null, missing ?? "");
        return await Network.CreateAsync(ProcessCluster.Count);
    }

    private static async Task RunAsync(
        Network network,
        Func<ProcessCluster, VersionedApp, Traffic, Task> disturb
    )
    {
        await using var cluster = await ProcessCluster.StartAsync("Automatic", network.Places);
        var tally = new Tally();
        var (app, book) = (new VersionedApp(tally), new LedgerBook(tally));
        await app.DeployAsync(cluster.Master, 1);
        var asking = Traffic.Start(cluster.Nodes, tally, app.AskAsync);
        var writing = Traffic.Start(cluster.Nodes, tally, book.AddAsync);
        await disturb(cluster, app, writing);
        await writing.MoreAsync(100);
        await Task.WhenAll(asking.StopAsync(), writing.StopAsync());
        TestContext.Current.TestOutputHelper?.WriteLine(tally.ToString());
        tally.Check();
        await book.CheckAsync(cluster);
    }

    private static async Task CutOffAsync(Network network, int node, Func<int, int, Task> change)
    {
        for (var other = 1; other <= ProcessCluster.Count; other++)
        {
            if (other != node)
            {
                await change(node, other);
            }
        }
    }
}
