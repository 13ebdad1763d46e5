using System.Globalization;

namespace Waverless.Simulation.Clusters;

/// <summary>
/// Whole nodes under random faults and load. Other seeds: WAVERLESS_SIM_SEEDS=5000, from
/// WAVERLESS_SIM_FIRST=1.
/// </summary>
public sealed class LedgerSimulationTests(ITestOutputHelper output)
{
    private const string First = "WAVERLESS_SIM_FIRST";
    private const string Seeds = "WAVERLESS_SIM_SEEDS";

    [Fact]
    public void Whatever_fails_each_item_is_there_as_often_as_its_client_was_told()
    {
        var first = Setting(First, 1);
        var count = Setting(Seeds, 1000);
        var (items, added) = (0, 0);

        // Each story has a thread to itself, and nothing in common with the others.
        var bound = new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount };
        Parallel.For(
            first,
            first + count,
            bound,
            seed =>
            {
                var simulation = Run(seed);
                Interlocked.Add(ref items, simulation.Items);
                Interlocked.Add(ref added, simulation.Added);
            }
        );

        output.WriteLine($"{count} seeds: {items} items asked for, {added} added");
        Assert.True(added > items / 2, $"{added} of {items} were added");
    }

    [Theory]
    [InlineData(5)]
    [InlineData(61)]
    public void One_seed_takes_the_same_steps_twice(int seed)
    {
        var first = Run(seed).Trace;
        var second = Run(seed).Trace;
        Assert.True(first.Count > 1000, $"the story is too short: {first.Count} steps");
        Assert.Equal((first.Count, first.Hash), (second.Count, second.Hash));
        Assert.NotEqual(first.Hash, Run(seed + 1).Trace.Hash);
    }

    private static LedgerSimulation Run(int seed)
    {
        var simulation = new LedgerSimulation(seed);
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
                  --filter-class '*{nameof(LedgerSimulationTests)}'
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
