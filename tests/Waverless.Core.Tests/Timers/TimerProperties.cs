using System.Globalization;
using Waverless.Apps;
using Waverless.Kv;
using Waverless.Simulation;

namespace Waverless.Timers;

/// <summary>
/// Random timers on a node that crashes, whose store is slow or refuses and whose answers get lost:
/// with <c>misfire: all</c> each moment has its effect exactly once, in order; with the others none
/// has it twice and the last one has it.
/// </summary>
public sealed class TimerProperties
{
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(40);

    [Theory]
    [InlineData(1, 12)]
    [InlineData(100, 12)]
    [InlineData(200, 12)]
    public void Each_moment_has_its_effect_once(int firstSeed, int seeds)
    {
        for (var seed = firstSeed; seed < firstSeed + seeds; seed++)
        {
            Tell(seed);
        }
    }

    [Fact]
    public void One_seed_tells_the_same_story_twice() => Assert.Equal(Tell(4711), Tell(4711));

    private static ulong Tell(int seed)
    {
        var sim = new Sim(seed);
        var plan = Plan(sim);
        sim.App("app")
            .Function(
                "tick",
                f => f.Rpc().Reads("seen_{}_{}").Writes("seen_{}_{}").Writes("last_{}"),
                call => SeeAsync(sim, call)
            );
        sim.Run(async () =>
        {
            var end = sim.Time.GetUtcNow() + Length;
            var node = await sim.BootAsync();
            foreach (var timer in plan)
            {
                Assert.True((await node.Node.Timers("app").SetAsync(timer)).IsCommitted);
            }

            var set = await FirstMomentsAsync(node);
            for (var boot = 1; sim.Time.GetUtcNow() < end; boot++)
            {
                var until = sim.Time.GetUtcNow().AddSeconds(sim.Random.Next(1, 10));
                Disturb(sim, node.Engine);
                await sim.UntilAsync(() => node.IsDead || sim.Time.GetUtcNow() >= until);
                node.Crash();
                await sim.DelayAsync(sim.Random.Next(0, 3_000));
                node = await sim.BootAsync();
            }

            await SettledAsync(sim, node, end);
            foreach (var timer in plan)
            {
                await CheckAsync(node, timer, set[timer.Name], end, seed);
            }
        });
        return sim.Trace.Hash;
    }

    private static List<NamedTimer> Plan(Sim sim)
    {
        var plan = new List<NamedTimer>();
        for (var i = 0; i < 6; i++)
        {
            var when = sim.Random.Next(3) switch
            {
                0 => FunctionTimer.Every(TimeSpan.FromMilliseconds(sim.Random.Next(300, 5_000))),
                1 => FunctionTimer.ByCron($"*/{sim.Random.Next(1, 9)} * * * * *"),
                _ => FunctionTimer.Once(
                    sim.Time.GetUtcNow().AddMilliseconds(sim.Random.Next(30_000))
                ),
            };
            when = when with { Misfire = (MisfirePolicy)sim.Random.Next(3) };
            plan.Add(new NamedTimer($"t{i}", "tick", when));
        }

        return plan;
    }

    private static async Task SeeAsync(Sim sim, ScriptCall call)
    {
        var firing = TimerStory.FiringOf(call.Invocation);
        var ms = firing.Scheduled.ToUnixTimeMilliseconds();
        var key = $"seen_{firing.Name}_{ms.ToString(CultureInfo.InvariantCulture)}";
        var before = int.Parse(await call.GetAsync(key) ?? "0", CultureInfo.InvariantCulture);
        await sim.DelayAsync(sim.Random.Next(0, 20));
        await call.SetAsync(key, $"{before + 1}");
        if (sim.Random.Next(20) == 0)
        {
            throw new InvalidOperationException("simulated: the function failed");
        }
    }

    private static void Disturb(Sim sim, SimEngine engine)
    {
        var left = sim.Random.Next(1, 60);
        engine.Delay = () => sim.Random.Next(5) == 0 ? sim.Random.Next(1, 40) : 0;
        engine.Fault = (_, _) =>
            sim.Random.Next(20) == 0
                ? CommitResult.Rejected(CommitRejection.StorageFull, "simulated: full")
                : null;
        engine.Throws = (_, _) => sim.Random.Next(50) == 0;
        if (sim.Random.Next(2) == 0)
        {
            engine.CrashAfter = (_, _) => --left == 0;
        }
        else
        {
            engine.CrashBefore = (_, _) => --left == 0;
        }
    }

    private static async Task<Dictionary<string, long>> FirstMomentsAsync(SimNode node) =>
        (await node.Node.Timers("app").ListAsync()).ToDictionary(
            state => state.Timer.Name,
            state => state.Next.ToUnixTimeMilliseconds(),
            StringComparer.Ordinal
        );

    /// <summary>Waits until every moment up to the end is behind, without disturbance.</summary>
    private static async Task SettledAsync(Sim sim, SimNode node, DateTimeOffset end)
    {
        await sim.UntilAsync(() => sim.Time.GetUtcNow() > end);
        while ((await node.Node.Timers("app").ListAsync()).Any(state => state.Next <= end))
        {
            await sim.DelayAsync(100);
        }

        await node.DrainedAsync("app");
    }

    private static async Task CheckAsync(
        SimNode node,
        NamedTimer timer,
        long first,
        DateTimeOffset end,
        int seed
    )
    {
        Assert.True(TimerSchedule.TryCreate(timer.When, out var schedule, out _));
        var page = await node.Store("app").ScanAsync(KvRange.Prefix($"seen_{timer.Name}_"));
        var seen = page.Entries.ToDictionary(
            entry => long.Parse(entry.Key.ToString().Split('_')[2], CultureInfo.InvariantCulture),
            entry => System.Text.Encoding.UTF8.GetString(entry.Value.Span)
        );
        Assert.All(seen.Values, count => Assert.Equal("1", count));
        var due = new List<long>();
        for (long? moment = first; moment <= end.ToUnixTimeMilliseconds(); )
        {
            due.Add(moment.Value);
            moment = schedule.After(moment.Value);
        }

        var unexpected = seen.Keys.Where(ms => ms <= due[^1]).Except(due);
        Assert.True(!unexpected.Any(), $"seed {seed}: {timer.Name} ran for no moment of its own");
        if (timer.When.Misfire == MisfirePolicy.All)
        {
            Assert.True(!due.Except(seen.Keys).Any(), $"seed {seed}: {timer.Name} lost a moment");
        }

        if (timer.When.At is not null)
        {
            Assert.Single(seen);
        }
    }
}
