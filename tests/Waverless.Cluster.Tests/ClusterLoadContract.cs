using System.Text.Json;

namespace Waverless.ClusterProcesses;

/// <summary>
/// What a cluster of processes promises while it is used. Each request is counted: it is answered
/// rightly, or refused by a typed error; none is lost.
/// </summary>
[Collection(OneAtATime.Name)]
public abstract class ClusterLoadContract
{
    /// <summary>What the nodes talk over.</summary>
    protected abstract string Transport { get; }

    /// <summary>Why that does not exist on this machine; null: it does.</summary>
    protected abstract string? Missing { get; }

    [Fact]
    public async Task Redeploys_under_traffic_cost_no_request_and_mix_no_versions()
    {
        await using var cluster = await StartAsync();
        var tally = new Tally();
        var (app, book) = (new VersionedApp(tally), new LedgerBook(tally));
        await app.DeployAsync(cluster.Master, 1);
        var asking = Traffic.Start([.. cluster.Nodes], tally, app.AskAsync);
        var writing = Traffic.Start([.. cluster.Nodes], tally, book.AddAsync);
        for (var version = 2; version <= Settings.Redeploys + 1; version++)
        {
            await app.DeployAsync(cluster.Nodes[version % cluster.Nodes.Count], version);
        }

        await asking.MoreAsync(100);
        await Task.WhenAll(asking.StopAsync(), writing.StopAsync());
        Tell($"{Settings.Redeploys} redeploys over {Transport}: {tally}");
        tally.CheckAllAnswered();
        Assert.True(tally.Answered > 500, tally.ToString());
        await book.CheckAsync(cluster);
    }

    [Fact]
    public async Task Killed_and_frozen_nodes_cost_no_work_and_leave_no_request_without_an_answer()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "there are no signals");
        await using var cluster = await StartAsync();
        var tally = new Tally();
        var (app, book) = (new VersionedApp(tally), new LedgerBook(tally));
        await app.DeployAsync(cluster.Master, 1);
        var asking = Traffic.Start([.. cluster.Nodes], tally, app.AskAsync);
        var writing = Traffic.Start([.. cluster.Nodes], tally, book.AddAsync);
        for (var round = 0; round < Settings.Rounds; round++)
        {
            await writing.MoreAsync(200);
            await KillAsync(cluster, cluster.Nodes[1 + (round % 3)], writing);
            await FreezeAsync(cluster, cluster.Nodes[1 + ((round + 1) % 3)], writing);
        }

        await writing.MoreAsync(200);
        await Task.WhenAll(asking.StopAsync(), writing.StopAsync());
        Tell($"{Settings.Rounds} kills and freezes over {Transport}: {tally}");
        tally.Check();
        await book.CheckAsync(cluster);
    }

    [Fact]
    public async Task A_node_joins_by_token_and_leaves_again_under_load_and_no_request_fails()
    {
        await using var cluster = await StartAsync(nodes: 3);
        var tally = new Tally();
        var (app, book) = (new VersionedApp(tally), new LedgerBook(tally));
        await app.DeployAsync(cluster.Master, 1);
        var others = cluster.Nodes.ToList();
        var asking = Traffic.Start(others, tally, app.AskAsync);
        var writing = Traffic.Start(others, tally, book.AddAsync);
        await writing.MoreAsync(200);

        var joined = await cluster.JoinAsync();
        var atJoined = Traffic.Start([joined], tally, book.AddAsync);
        var epoch = await cluster.SettleAsync(placement => AppsAt(placement, joined.Id) > 0);
        await app.DeployAsync(joined, 2);
        await writing.MoreAsync(300);

        var left = await joined.PostAsync("leave");
        Assert.Equal("left", left.GetProperty("state").GetString());
        var after = await cluster.SettleAsync(placement => AppsAt(placement, joined.Id) == 0);
        await writing.MoreAsync(100);
        await atJoined.StopAsync();
        await joined.KillAsync();
        cluster.Nodes.Remove(joined);
        await writing.MoreAsync(200);
        await Task.WhenAll(asking.StopAsync(), writing.StopAsync());
        Tell($"join and leave over {Transport}, maps {epoch} and {after}: {tally}");
        tally.CheckAllAnswered();
        await book.CheckAsync(cluster);
    }

    /// <summary>Partitions that are at home on a node.</summary>
    private static int AppsAt(JsonElement placement, int node) =>
        placement
            .GetProperty("nodes")
            .EnumerateArray()
            .Where(entry => entry.GetProperty("node").GetInt32() == node)
            .Sum(entry => entry.GetProperty("partitions").GetArrayLength());

    private static async Task KillAsync(ProcessCluster cluster, ProcessNode node, Traffic traffic)
    {
        await node.KillAsync();
        await cluster.UntilSeenAsync(node, "out");
        await traffic.MoreAsync(50);
        await node.StartAsync();
        await cluster.UntilSeenAsync(node, "alive");
    }

    private static async Task FreezeAsync(ProcessCluster cluster, ProcessNode node, Traffic traffic)
    {
        await node.FreezeAsync();
        try
        {
            await cluster.UntilSeenAsync(node, "out");
            await traffic.MoreAsync(50);
        }
        finally
        {
            await node.ThawAsync();
        }

        await cluster.UntilSeenAsync(node, "alive");
    }

    private Task<ProcessCluster> StartAsync(int nodes = 4)
    {
        Assert.SkipWhen(Missing is not null, Missing ?? "");
        return ProcessCluster.StartAsync(Transport, nodes);
    }

    private static void Tell(string line) => TestContext.Current.TestOutputHelper?.WriteLine(line);
}
