using Waverless.Apps;
using Waverless.Invocations;
using Waverless.Kv;
using Waverless.Simulation;

namespace Waverless.Events;

/// <summary>Who waits for a cascade hears once, when all of it has ended (SEMANTICS §5).</summary>
public sealed class CascadeTests
{
    private readonly Sim _sim = new();

    [Fact]
    public void A_chain_of_a_hundred_is_counted_with_its_root()
    {
        AddChain(until: 100);

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var result = await node.CallAsync("chain/begin", cascade: true);

            Assert.True(result.IsCompleted, result.Error);
            var report = result.Cascade!;
            Assert.True(report.IsFinished);
            Assert.Equal(101, report.Invocations);
            Assert.Equal(0, report.Failures);
            Assert.Equal(101, report.LongestChain);
            Assert.Equal("100", await node.Store("chain").GetTextAsync("count"));
        });
    }

    [Fact]
    public void Without_being_asked_nobody_waits()
    {
        AddChain(until: 100);

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var result = await node.CallAsync("chain/begin");

            Assert.Null(result.Cascade);
            Assert.NotEqual(0, node.Node.Backlog.Of("chain"));
        });
    }

    [Fact]
    public void Failures_count_and_do_not_keep_the_waiter()
    {
        _sim.App("app")
            .Function(
                "begin",
                f => f.Post().Writes("in_{}"),
                call => call.CommitAsync(new KvBatch().Set("in_good", "x"u8).Set("in_bad", "x"u8))
            )
            .Function(
                "on",
                f => f.OnSet("in_{}"),
                call => call.Text == "in_bad" ? throw new IOException("bad") : Task.CompletedTask
            );

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var report = (await node.CallAsync("app/begin", cascade: true)).Cascade!;

            Assert.True(report.IsFinished);
            Assert.Equal(3, report.Invocations);
            Assert.Equal(1, report.Failures);
            Assert.Single(await node.DeadAsync("app", "on"));
        });
    }

    [Fact]
    public void A_root_that_fails_is_reported_with_what_it_had_set_in_motion()
    {
        var ran = false;
        _sim.App("app")
            .Function(
                "begin",
                f => f.Post().Writes("in_{}").Commit(CommitMode.Immediate),
                async call =>
                {
                    await call.SetAsync("in_1", "x");
                    throw new IOException("too late");
                }
            )
            .Function(
                "on",
                f => f.OnSet("in_{}"),
                async _ =>
                {
                    await _sim.DelayAsync(100);
                    ran = true;
                }
            );

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var result = await node.CallAsync("app/begin", cascade: true);

            Assert.Equal(InvocationStatus.Failed, result.Status);
            Assert.True(ran);
            Assert.Equal((2, 1), (result.Cascade!.Invocations, result.Cascade.Failures));
            Assert.True(result.Cascade.IsFinished);
        });
    }

    [Fact]
    public void At_the_deadline_the_report_says_that_it_has_not_finished()
    {
        AddSlow();

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var result = await node.CallAsync(
                "app/begin",
                cascade: true,
                timeout: TimeSpan.FromSeconds(1)
            );

            Assert.True(result.IsCompleted);
            Assert.False(result.Cascade!.IsFinished);
            Assert.Equal(1, result.Cascade.Invocations);
            Assert.InRange(result.Cascade.Elapsed.TotalMilliseconds, 990, 1_100);
        });
    }

    [Fact]
    public void A_node_that_stops_ends_the_wait()
    {
        AddSlow();

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var waiting = node.CallAsync("app/begin", cascade: true).AsTask();
            await _sim.DelayAsync(100);
            Assert.False(waiting.IsCompleted);
            await node.Node.StopAsync(CancellationToken.None);

            Assert.False((await waiting).Cascade!.IsFinished);
        });
    }

    [Fact]
    public void An_endless_cycle_ends_at_the_depth_limit_with_a_dead_letter()
    {
        AddChain(until: int.MaxValue);

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var report = (await node.CallAsync("chain/begin", cascade: true)).Cascade!;

            Assert.True(report.IsFinished);
            Assert.Equal(CascadeLimits.DepthMax + 2, report.Invocations);
            Assert.Equal(1, report.Failures);
            var dead = Assert.Single(await node.DeadAsync("chain", "loop"));
            Assert.StartsWith("DepthExceeded", dead.LastError, StringComparison.Ordinal);
            Assert.Equal(0, node.Node.Backlog.Of("chain"));
        });
    }

    [Fact]
    public void As_many_waiters_as_places_leave_room_for_what_they_wait_for()
    {
        AddChain(until: 5);
        _sim.Apps[0].Limits = FunctionLimits.Default with { Concurrency = 1 };

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var waiting = Enumerable
                .Range(0, 3)
                .Select(_ => node.CallAsync("chain/begin", cascade: true).AsTask())
                .ToList();

            Assert.All(
                await Task.WhenAll(waiting),
                result => Assert.True(result.Cascade?.IsFinished, result.Error)
            );
        });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_thousand_short_cascades_each_end_with_their_own_count(int seed)
    {
        var sim = new Sim(seed);
        AddFanOut(sim);

        sim.Run(async () =>
        {
            var node = await sim.BootAsync();
            var waiting = Enumerable
                .Range(0, 1_000)
                .Select(async i =>
                {
                    await sim.DelayAsync(sim.Random.Next(200));
                    var result = await node.CallAsync("app/begin", $"{i} {i % 4}", cascade: true);
                    Assert.True(result.Cascade?.IsFinished, result.Error);
                    Assert.Equal(1 + (2 * (i % 4)), result.Cascade!.Invocations);
                })
                .ToList();
            await Task.WhenAll(waiting);
            await node.DrainedAsync("app");
        });
    }

    /// <summary>Payload "id n": n events, each of which sets off one more.</summary>
    internal static void AddFanOut(Sim sim) =>
        sim.App("app")
            .Function(
                "begin",
                f => f.Post().Writes("in_{}"),
                async call =>
                {
                    var words = call.Text.Split(' ');
                    for (var i = 0; i < int.Parse(words[1]); i++)
                    {
                        await call.SetAsync($"in_{words[0]}-{i}", "x");
                    }
                }
            )
            .Function(
                "on",
                f => f.OnSet("in_{}").Writes("leaf_{}"),
                call => call.SetAsync($"leaf_{call.Text["in_".Length..]}", "x")
            )
            .Function("leaf", f => f.OnSet("leaf_{}"), _ => Task.CompletedTask);

    private void AddSlow() =>
        _sim.App("app")
            .Function("begin", f => f.Post().Writes("in_{}"), call => call.SetAsync("in_1", "x"))
            .Function("on", f => f.OnSet("in_{}"), _ => _sim.DelayAsync(5_000));

    private void AddChain(int until) =>
        _sim.App("chain")
            .Function("begin", f => f.Post().Writes("count"), call => call.SetAsync("count", "1"))
            .Function(
                "loop",
                f => f.OnSet("count").Reads("count").Writes("count"),
                async call =>
                {
                    var count = int.Parse((await call.GetAsync("count"))!);
                    if (count < until)
                    {
                        await call.SetAsync("count", $"{count + 1}");
                    }
                }
            );
}
