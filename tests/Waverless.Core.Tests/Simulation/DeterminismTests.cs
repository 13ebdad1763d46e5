using Waverless.Invocations;
using Waverless.Kv;

namespace Waverless.Simulation;

/// <summary>Core on an injected clock, scheduler and random: the seed decides everything.</summary>
public sealed class DeterminismTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(4711)]
    public void One_seed_gives_the_same_trace_twice(int seed)
    {
        var first = Tell(seed);
        var second = Tell(seed);

        Assert.True(first.Count > 200, $"the story is too short to prove anything: {first.Count}");
        Assert.Equal(first, second);
    }

    [Fact]
    public void Two_seeds_give_different_traces() => Assert.NotEqual(Tell(1).Hash, Tell(2).Hash);

    [Fact]
    public void Many_seeds_end_without_losing_an_event()
    {
        for (var seed = 100; seed < 130; seed++)
        {
            Tell(seed);
        }
    }

    /// <summary>
    /// Two apps (one of four partitions, the other fed from it by way of the outbox), functions
    /// that are slow or fail, a store that is slow or full, and two crashes.
    /// </summary>
    private static (ulong Hash, int Count) Tell(int seed)
    {
        var sim = new Sim(seed);
        var story = new StoryApps(sim);
        sim.Run(() => TellAsync(sim, story));
        return (sim.Trace.Hash, sim.Trace.Count);
    }

    private static async Task TellAsync(Sim sim, StoryApps story)
    {
        var sent = new List<string>();
        for (var boot = 1; boot <= 3; boot++)
        {
            var node = await sim.BootAsync();
            Disturb(sim, node.Engine, crashes: boot < 3);
            for (var i = 0; i < 20; i++)
            {
                var key = $"in_{boot}-{i}";
                var put = await UntilCrashAsync(sim, node, node.CallAsync("spread/put", key));
                if (node.IsDead)
                {
                    break;
                }

                if (put.IsCompleted)
                {
                    sent.Add(key);
                }
            }

            if (boot < 3)
            {
                await Task.WhenAny(
                    sim.UntilAsync(() => node.IsDead),
                    node.DrainedAsync("spread", "mirror")
                );
                node.Crash();
            }
            else
            {
                await node.DrainedAsync("spread", "mirror");
                await sim.UntilAsync(() => sent.All(story.HasMirrored));
                await node.DrainedAsync("spread", "mirror");
                await node.Node.StopAsync(CancellationToken.None);
            }
        }
    }

    private static async Task<InvocationResult> UntilCrashAsync(
        Sim sim,
        SimNode node,
        ValueTask<InvocationResult> call
    )
    {
        var running = call.AsTask();
        await sim.UntilAsync(() => running.IsCompleted || node.IsDead);
        return running.IsCompleted ? await running : default;
    }

    private static void Disturb(Sim sim, SimEngine engine, bool crashes)
    {
        var left = crashes ? sim.Random.Next(30, 120) : int.MaxValue;
        engine.Delay = () => sim.Random.Next(4) == 0 ? sim.Random.Next(1, 30) : 0;
        engine.Fault = (_, _) =>
            sim.Random.Next(20) == 0
                ? CommitResult.Rejected(CommitRejection.StorageFull, "simulated: full")
                : null;
        engine.CrashAfter = (_, _) => --left == 0;
    }
}
