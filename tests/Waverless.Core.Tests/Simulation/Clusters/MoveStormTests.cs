namespace Waverless.Simulation.Clusters;

/// <summary>
/// Nodes come, leave and die under load. More seeds: WAVERLESS_SIM_SEEDS=1000, from
/// WAVERLESS_SIM_FIRST=1.
/// </summary>
public sealed class MoveStormTests(ITestOutputHelper output)
{
    [Fact]
    public void Nothing_is_lost_or_doubled_while_shards_move_and_nodes_die()
    {
        var first = Setting("WAVERLESS_SIM_FIRST", 1);
        var count = Setting("WAVERLESS_SIM_SEEDS", 24);
        var moves = 0UL;
        for (var seed = first; seed < first + count; seed++)
        {
            var storm = new MoveStorm(seed);
            try
            {
                storm.Run();
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException(
                    $"seed {seed}: WAVERLESS_SIM_FIRST={seed} WAVERLESS_SIM_SEEDS=1 replays it",
                    failure
                );
            }

            moves += storm.Epoch;
        }

        output.WriteLine($"{count} seeds: {moves} changes of the map");
        Assert.True(moves > 3 * (ulong)count, $"{moves} changes of the map are too few");
    }

    private static int Setting(string name, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), out var value) ? value : otherwise;
}
