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
        var asking = Traffic.Start(cluster, tally, app.AskAsync);
        var writing = Traffic.Start(cluster, tally, book.AddAsync);
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
        var asking = Traffic.Start(cluster, tally, app.AskAsync);
        var writing = Traffic.Start(cluster, tally, book.AddAsync);
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

    private Task<ProcessCluster> StartAsync()
    {
        Assert.SkipWhen(Missing is not null, Missing ?? "");
        return ProcessCluster.StartAsync(Transport);
    }

    private static void Tell(string line) => TestContext.Current.TestOutputHelper?.WriteLine(line);
}
