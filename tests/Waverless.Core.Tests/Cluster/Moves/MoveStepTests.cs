using Waverless.Simulation.Clusters;

namespace Waverless.Cluster.Moves;

/// <summary>
/// A node dies at each single step of a move, under load, and comes back: what was acknowledged is
/// there, and every event has had its effect once. More: WAVERLESS_SIM_SEEDS=100.
/// </summary>
public sealed class MoveStepTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(10);

    public static TheoryData<string> Steps => [.. Enum.GetNames<MoveStep>()];

    [Theory]
    [MemberData(nameof(Steps))]
    public void Nothing_is_lost_or_doubled_whoever_dies_at_a_step(string step)
    {
        var seeds = int.TryParse(
            Environment.GetEnvironmentVariable("WAVERLESS_SIM_SEEDS"),
            out var wanted
        )
            ? wanted
            : 2;
        var dead = new List<uint>();
        for (var seed = 1; seed <= seeds; seed++)
        {
            try
            {
                dead.Add(Run(seed, Enum.Parse<MoveStep>(step)));
            }
            catch (Exception failure)
            {
                throw new InvalidOperationException($"{step}, seed {seed}", failure);
            }
        }

        output.WriteLine($"{step}: {dead.Count} deaths, of nodes {string.Join(' ', dead)}");
    }

    /// <summary>A fourth node comes, and gets its share; the first that does the step dies.</summary>
    private static uint Run(int seed, MoveStep step)
    {
        var victim = 0u;
        var storm = new MoveStorm(
            seed,
            async storm =>
            {
                var sim = storm.Sim;
                await sim.Loop.DelayAsync(0.5);

                // Early ones are of the first move, late ones of a later one.
                var times = sim.Loop.Random.Next(1, 4);
                sim.DiesAt = (node, passed) =>
                {
                    if (passed != step || victim != 0 || --times > 0)
                    {
                        return false;
                    }

                    victim = node;
                    return true;
                };

                // It may be the one that dies on its way up.
                _ = sim.JoinAsync(4);
                Assert.True(
                    await sim.Loop.UntilAsync(() => victim != 0, Patience),
                    $"no node came to {step}"
                );
                Assert.False(sim.IsAlive(victim));
                await sim.Loop.DelayAsync(2 * sim.Loop.Random.NextDouble());
                if (seed % 2 == 0 && victim != 1)
                {
                    await BootAloneAsync(sim, victim);
                }
                else
                {
                    await sim.BootAsync(victim);
                }

                await sim.Loop.DelayAsync(1);
            }
        );
        storm.Run();
        return victim;
    }

    /// <summary>
    /// It comes back while it cannot ask the first node, which has the map: all that it knows of
    /// what it may serve is on its disk.
    /// </summary>
    private static async Task BootAloneAsync(ClusterSim sim, uint victim)
    {
        sim.Network.Cut([new NodeId(1)], [new NodeId(victim)]);
        var booting = sim.BootAsync(victim);
        await sim.Loop.DelayAsync(3);
        sim.Network.Heal();
        await booting;
    }
}
