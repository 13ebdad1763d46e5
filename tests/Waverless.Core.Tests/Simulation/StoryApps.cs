using Waverless.Apps;

namespace Waverless.Simulation;

/// <summary>The apps of the determinism test.</summary>
internal sealed class StoryApps
{
    public StoryApps(Sim sim)
    {
        sim.Runtime.Began = call => sim.Trace.Add($"{call.Address}/{call.Attempt}/{call.EventId}");
        var spread = sim.App("spread");
        spread.Partitions = 4;
        spread.Share("mirror", "in_{}", KeyOperations.Get);
        spread.Function(
            "put",
            f => f.Post().Writes("in_{}").Commit(CommitMode.Immediate),
            async call => await call.SetAsync(call.Text, "x")
        );
        spread.Function(
            "count",
            f => f.OnSet("in_{}").Writes("out_{}"),
            async call =>
            {
                await DisturbAsync(sim);
                await call.SetAsync(
                    call.Text.Replace("in_", "out_", StringComparison.Ordinal),
                    "1"
                );
            }
        );
        sim.App("mirror")
            .Function(
                "copy",
                f => f.OnSet("@spread/in_{}").Reads("@spread/in_{}").Writes("seen_{}"),
                async call =>
                {
                    await DisturbAsync(sim);
                    Assert.Equal("x", await call.GetAsync(call.Text));
                    Mirrored[call.Text] = Mirrored.GetValueOrDefault(call.Text) + 1;
                    await call.SetAsync($"seen_{call.Text["@spread/in_".Length..]}", "1");
                }
            );
    }

    /// <summary>How often each key was copied to its end.</summary>
    public Dictionary<string, int> Mirrored { get; } = [];

    public bool HasMirrored(string key) => Mirrored.ContainsKey($"@spread/{key}");

    private static async Task DisturbAsync(Sim sim)
    {
        if (sim.Random.Next(3) == 0)
        {
            await sim.DelayAsync(sim.Random.Next(1, 50));
        }

        if (sim.Random.Next(10) == 0)
        {
            throw new InvalidOperationException("simulated: the function failed");
        }
    }
}
