using System.Globalization;

namespace Waverless.Simulation.Clusters;

/// <summary>
/// Whole clusters under random faults. More seeds: WAVERLESS_SIM_SEEDS=1000, from
/// WAVERLESS_SIM_FIRST=1.
/// </summary>
public sealed class ClusterSimulationTests(ITestOutputHelper output)
{
    private const string First = "WAVERLESS_SIM_FIRST";
    private const string Seeds = "WAVERLESS_SIM_SEEDS";

    [Fact]
    public void Seeds_keep_every_promise()
    {
        var first = Setting(First, 1);
        var count = Setting(Seeds, 200);
        var (suspicions, outs) = (0, 0);
        for (var seed = first; seed < first + count; seed++)
        {
            var simulation = Run(seed);
            suspicions += simulation.Views.FalseSuspicions;
            outs += simulation.Views.FalseOuts;
        }

        output.WriteLine($"{count} seeds: {suspicions} false suspicions, {outs} false outs");
    }

    [Theory]
    [InlineData(3)]
    [InlineData(42)]
    public void One_seed_gives_the_same_trace_twice(int seed)
    {
        var first = Run(seed).Cluster.Trace;
        var second = Run(seed).Cluster.Trace;
        Assert.True(first.Count > 500, $"the story is too short: {first.Count} messages");
        Assert.Equal((first.Count, first.Hash), (second.Count, second.Hash));
        Assert.NotEqual(first.Hash, Run(seed + 1).Cluster.Trace.Hash);
    }

    private static ClusterSimulation Run(int seed)
    {
        var simulation = new ClusterSimulation(seed);
        try
        {
            simulation.Run();
            return simulation;
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException(
                $"""
                Seed {seed} failed: {failure.Message}
                {simulation.Plan}
                replay: {First}={seed} {Seeds}=1 dotnet test --project tests/Waverless.Core.Tests -- \
                  --filter-method '*{nameof(Seeds_keep_every_promise)}'
                """,
                failure
            );
        }
    }

    private static int Setting(string name, int otherwise) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text
            ? int.Parse(text, CultureInfo.InvariantCulture)
            : otherwise;
}
