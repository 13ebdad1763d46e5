using Waverless.Invocations;
using Waverless.Kv;
using Waverless.Runtime;
using Waverless.Simulation;

namespace Waverless.Events;

/// <summary>Functions that run for long do not take all guest threads.</summary>
public sealed class LongDrainsTests
{
    [Fact]
    public void A_function_is_long_once_most_of_its_runs_were()
    {
        var statistics = new FunctionStatistics(TimeProvider.System);
        var long_ = TimeProvider.System.TimestampFrequency * FunctionStatistics.LongMs / 1_000;
        for (var run = 0; run < 3; run++)
        {
            statistics.Ran(long_);
            Assert.False(statistics.IsLong);
        }

        statistics.Ran(long_);
        Assert.True(statistics.IsLong);
        for (var run = 0; run < 4; run++)
        {
            statistics.Ran(1);
        }

        Assert.False(statistics.IsLong);
    }

    [Fact]
    public void At_the_bound_the_next_one_waits_for_its_turn()
    {
        var drains = new LongDrains(2);
        Assert.True(drains.TryEnter(null!));
        Assert.True(drains.TryEnter(null!));
        Assert.False(drains.TryEnter(null!));
        Assert.Equal((2, 1), (drains.Running, drains.Waiting));
        drains.Exit();
        Assert.Equal((2, 0), (drains.Running, drains.Waiting));
        drains.Exit();
        drains.Exit();
        Assert.Equal((0, 0), (drains.Running, drains.Waiting));
    }

    [Fact]
    public void Long_and_short_functions_both_come_to_their_end()
    {
        var sim = new Sim { Settings = new() { Pump = new() { LongDrainsMax = 1 } } };
        sim.Runtime.Traits = new(
            InstanceKind.Managed,
            RunsSynchronously: true,
            Waverless.Apps.CommitMode.Atomic
        );
        var ran = new Dictionary<string, int>
        {
            ["long"] = 0,
            ["other"] = 0,
            ["short"] = 0,
        };
        var app = sim.App("app");
        foreach (var name in ran.Keys.ToList())
        {
            app.Function(
                name,
                f => f.OnSet(name + "_{}"),
                _ =>
                {
                    ran[name]++;
                    if (name != "short")
                    {
                        sim.Time.Advance(TimeSpan.FromMilliseconds(60));
                    }

                    return Task.CompletedTask;
                }
            );
        }

        sim.Run(async () =>
        {
            var node = await sim.BootAsync();
            for (var round = 0; round < 10; round++)
            {
                var batch = new KvBatch();
                foreach (var name in ran.Keys)
                {
                    batch.Set($"{name}_{round}", "x"u8);
                    batch.Set($"{name}_a{round}", "x"u8);
                }

                await node.Store("app").CommitAsync(batch);
            }

            await node.DrainedAsync("app");
            Assert.All(ran.Values, count => Assert.Equal(20, count));
        });
    }
}
