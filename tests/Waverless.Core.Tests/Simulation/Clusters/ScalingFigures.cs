using Waverless.Cluster;
using Waverless.Cluster.Loads;
using Waverless.Cluster.Placement;
using Waverless.Kv;
using Waverless.Messaging;
using Waverless.Scheduling.Characters;

namespace Waverless.Simulation.Clusters;

/// <summary>
/// The tables of docs/scaling.md; eng/scaling-figures runs it. Not a test: it measures.
/// </summary>
public sealed class ScalingFigures(ITestOutputHelper output)
{
    private const int LoadBytes = 60;
    private const double SecondsPerPulse = LoadLimits.PulseMs / 1000.0;

    /// <summary>Heartbeats with reports as a node makes them: idle ones, and full ones.</summary>
    [Theory(Explicit = true)]
    [InlineData(10, LoadBytes, 30)]
    [InlineData(100, LoadBytes, 30)]
    [InlineData(10, LoadBytes + CharacterLimits.ReportBytesMax, 30)]
    [InlineData(100, LoadBytes + CharacterLimits.ReportBytesMin, 30)]
    [InlineData(100, LoadBytes + CharacterLimits.ReportBytesMax, 30)]
    [InlineData(1_000, LoadBytes, 20)]
    [InlineData(1_000, LoadBytes + CharacterLimits.ReportBytesMin, 20)]
    public void Heartbeats(int nodes, int reportBytes, double seconds)
    {
        var cluster = new SimCluster(1, nodes);
        cluster.Run(async () =>
        {
            await cluster.StartAllAsync();
            await cluster.Loop.DelayAsync(15);
            var period = SecondsPerPulse * Math.Ceiling(nodes / (double)LoadLimits.NodesPerPulse);
            await ReportAsync(cluster, reportBytes, period, seconds / 2);
            var (messages, bytes) = (cluster.Messages, cluster.Bytes);
            await ReportAsync(cluster, reportBytes, period, seconds / 2);
            var per = seconds / 2 * nodes;
            var ages = Ages(cluster);
            output.WriteLine(
                $"| {nodes} | {reportBytes} | {period:F2} s "
                    + $"| {(cluster.Messages - messages) / per:F1} "
                    + $"| {(cluster.Bytes - bytes) / per / 1_000:F1} kB "
                    + $"| {Text(ages[ages.Length / 2])} | {Text(ages[ages.Length * 9 / 10])} |"
            );
        });
    }

    /// <summary>Bytes of the placement map.</summary>
    [Theory(Explicit = true)]
    [InlineData(10)]
    [InlineData(100)]
    [InlineData(1_000)]
    public void Map(int nodes)
    {
        var map = InitialMap.Of([.. Enumerable.Range(1, nodes).Select(File)]);
        var homes = Enumerable
            .Range(0, 100_000)
            .Select(i => map.HomeOf(new PartitionId("a" + i, 0)));
        var shares = homes.GroupBy(id => id).Select(group => group.Count()).Order().ToArray();
        output.WriteLine(
            $"| {nodes} | {map.ToWire().CalculateSize()} | {shares.Length} "
                + $"| {shares[^1] / (100_000.0 / nodes):F2} |"
        );
    }

    private static ClusterNode File(int id) =>
        new(new NodeAddress(new NodeId((uint)id), "node-" + id, 2500), NodeRoles.All);

    private static async Task ReportAsync(
        SimCluster cluster,
        int reportBytes,
        double period,
        double seconds
    )
    {
        // One after the other within the period, as they are not in step.
        var members = cluster.Alive.ToArray();
        for (var passed = 0.0; passed < seconds; passed += period)
        {
            foreach (var member in members)
            {
                var load = new byte[reportBytes];
                BitConverter.TryWriteBytes(load, cluster.Loop.Clock.Elapsed.TotalSeconds);
                member.Membership.Report(load);
                await cluster.Loop.DelayAsync(period / members.Length);
            }
        }
    }

    private static double[] Ages(SimCluster cluster)
    {
        var now = cluster.Loop.Clock.Elapsed.TotalSeconds;
        return
        [
            .. (
                from one in cluster.Alive.Take(20)
                from other in cluster.Alive
                where one != other
                let load = one.Membership.LoadOf(other.Id)
                select load is null
                    ? double.PositiveInfinity
                    : now - BitConverter.ToDouble(load.Body.Span)
            ).Order(),
        ];
    }

    private static string Text(double age) =>
        double.IsInfinity(age) ? "never heard" : $"{age:F1} s";
}
