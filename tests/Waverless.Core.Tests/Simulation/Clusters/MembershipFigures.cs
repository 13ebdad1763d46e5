using Waverless.Cluster.Membership;

namespace Waverless.Simulation.Clusters;

/// <summary>
/// The tables of docs/membership.md; eng/membership-figures runs it. Not a test: it measures.
/// </summary>
public sealed class MembershipFigures(ITestOutputHelper output)
{
    private const double QuietSeconds = 120;
    private const int LoadBytes = 100;

    [Theory(Explicit = true)]
    [InlineData(3, 100)]
    [InlineData(10, 100)]
    [InlineData(50, 10)]
    public void Detection(int nodes, int trials)
    {
        foreach (var loss in new[] { 0, 0.05, 0.2 })
        {
            var (suspicions, outs) = Quiet(nodes, loss);
            var times = Enumerable
                .Range(1, trials)
                .Select(seed => Lose(seed, nodes, loss))
                .ToArray();
            var suspected = times.Select(time => time.Suspected).Order().ToArray();
            var counted = times.Select(time => time.Out).Order().ToArray();
            Print(
                $"| {nodes} | {loss:P0} | {Middle(suspected):F1} s | {suspected[^1]:F1} s "
                    + $"| {Middle(counted):F1} s | {counted[^1]:F1} s "
                    + $"| {suspicions:F1} | {outs:F2} |"
            );
        }
    }

    [Theory(Explicit = true)]
    [InlineData(10, 30)]
    [InlineData(100, 30)]
    [InlineData(1_000, 5)]
    public void Traffic(int nodes, double seconds)
    {
        var cluster = new SimCluster(1, nodes);
        cluster.Run(async () =>
        {
            await cluster.StartAllAsync();
            var met = await MeetAllAsync(cluster);
            await cluster.Loop.DelayAsync(10);
            var (messages, bytes) = await CountAsync(cluster, seconds, reports: false);
            var (loadMessages, loadBytes) = await CountAsync(cluster, seconds, reports: true);
            Print(
                $"| {nodes} | {met:F1} s | {messages:F1} | {bytes / 1_000:F1} kB "
                    + $"| {loadMessages:F1} | {loadBytes / 1_000:F1} kB | {Age(cluster):F1} s |"
            );
        });
    }

    /// <summary>Per node and hour, while nobody dies.</summary>
    private static (double Suspicions, double Outs) Quiet(int nodes, double loss)
    {
        var cluster = new SimCluster(99, nodes);
        var views = new ViewInvariants(cluster);
        cluster.Run(async () =>
        {
            await MeetAsync(cluster, loss);
            cluster.Loop.Quiet = views.Check;
            await cluster.Loop.DelayAsync(QuietSeconds);
        });
        var hours = nodes * (double)nodes * QuietSeconds / 3_600;
        return (views.FalseSuspicions / hours, views.FalseOuts / hours);
    }

    /// <summary>Seconds from a node's end to the first suspicion, and until all count it out.</summary>
    private static (double Suspected, double Out) Lose(int seed, int nodes, double loss)
    {
        var cluster = new SimCluster(seed, nodes);
        var (suspected, counted) = (0.0, 0.0);
        cluster.Run(async () =>
        {
            await MeetAsync(cluster, loss);
            await cluster.Loop.DelayAsync(cluster.Loop.Random.NextDouble() * 3);
            var id = (uint)cluster.Loop.Random.Next(1, nodes + 1);
            cluster.Crash(id, silently: true);
            var end = cluster.Loop.Clock.Elapsed;
            await cluster.Loop.UntilAsync(
                () => cluster.Alive.Any(one => one.Sees(cluster[id]) != MemberState.Alive),
                TimeSpan.FromSeconds(60)
            );
            suspected = (cluster.Loop.Clock.Elapsed - end).TotalSeconds;
            await cluster.Loop.UntilAsync(
                () => cluster.Alive.All(one => one.Sees(cluster[id]) == MemberState.Out),
                TimeSpan.FromSeconds(60)
            );
            counted = (cluster.Loop.Clock.Elapsed - end).TotalSeconds;
        });
        return (suspected, counted);
    }

    /// <summary>Seconds until all know all; looked at rarely, for it costs their square.</summary>
    private static async Task<double> MeetAllAsync(SimCluster cluster)
    {
        while (cluster.Alive.Any(one => one.Membership.Current.Members.Length < cluster.Nodes))
        {
            await cluster.Loop.DelayAsync(0.5);
        }

        return cluster.Loop.Clock.Elapsed.TotalSeconds;
    }

    private static async Task MeetAsync(SimCluster cluster, double loss)
    {
        await cluster.StartAllAsync();
        Assert.True(await cluster.ConvergeAsync(30), "the nodes have not met");
        cluster.Network.Faults = SimCluster.Lan with { Drop = loss };
        await cluster.Loop.DelayAsync(3);
    }

    /// <summary>Messages and bytes that a node sends in a second.</summary>
    private static async Task<(double Messages, double Bytes)> CountAsync(
        SimCluster cluster,
        double seconds,
        bool reports
    )
    {
        var (messages, bytes) = (cluster.Messages, cluster.Bytes);
        for (var second = 0; second < seconds; second++)
        {
            foreach (var member in reports ? cluster.Alive : [])
            {
                var load = new byte[LoadBytes];
                BitConverter.TryWriteBytes(load, cluster.Loop.Clock.Elapsed.TotalSeconds);
                member.Membership.Report(load);
            }

            await cluster.Loop.DelayAsync(1);
        }

        var per = seconds * cluster.Nodes;
        return ((cluster.Messages - messages) / per, (cluster.Bytes - bytes) / per);
    }

    /// <summary>How old the loads are that nodes have of each other: the median, in seconds.</summary>
    private static double Age(SimCluster cluster)
    {
        var now = cluster.Loop.Clock.Elapsed.TotalSeconds;
        var ages = (
            from one in cluster.Alive.Take(20)
            from other in cluster.Alive
            where one != other
            let load = one.Membership.LoadOf(other.Id)
            select load is null
                ? double.PositiveInfinity
                : now - BitConverter.ToDouble(load.Body.Span)
        )
            .Order()
            .ToArray();
        return Middle(ages);
    }

    private static double Middle(double[] ordered) => ordered[ordered.Length / 2];

    private void Print(string line) => output.WriteLine(line);
}
