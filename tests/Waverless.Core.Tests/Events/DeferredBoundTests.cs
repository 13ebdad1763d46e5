using Waverless.Apps;
using Waverless.Diagnostics;
using Waverless.Kv;
using Waverless.Simulation;
using Waverless.Timers;

namespace Waverless.Events;

/// <summary>
/// What a partition keeps for later is bounded: roots are refused, triggered work draws on a
/// reserve (SEMANTICS §4).
/// </summary>
public sealed class DeferredBoundTests
{
    private static readonly TimeSpan Later = TimeSpan.FromMinutes(10);

    private readonly Sim _sim = new()
    {
        Settings = new()
        {
            Deferred = new() { TimersMax = 3, MessagesMax = 3 },
        },
    };

    [Fact]
    public void At_the_bound_of_timers_host_code_is_refused_and_may_replace_and_delete()
    {
        Build();

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var timers = node.Node.Timers("app");
            for (var i = 0; i < 3; i++)
            {
                Assert.True((await timers.SetAsync(Timer($"t{i}"))).IsCommitted);
            }

            var refused = await timers.SetAsync(Timer("t3"));
            Assert.Equal(CommitRejection.Overloaded, refused.Rejection);
            Assert.Contains("4 timers", refused.Reason, StringComparison.Ordinal);
            Assert.True((await timers.SetAsync(Timer("t2"))).IsCommitted);
            Assert.Equal(3, Gauge(WaverlessTelemetry.Timers));
            node.Crash();

            node = await _sim.BootAsync();
            timers = node.Node.Timers("app");
            refused = await timers.SetAsync(Timer("t3"));
            Assert.Equal(CommitRejection.Overloaded, refused.Rejection);
            await timers.DeleteAsync("t0");
            Assert.True((await timers.SetAsync(Timer("t3"))).IsCommitted);
        });
    }

    [Fact]
    public void A_timer_that_fires_for_good_makes_room_and_one_that_goes_on_fires_at_the_bound()
    {
        var ticks = 0;
        _sim.App("app")
            .Function(
                "tick",
                f => f.Timer("1s"),
                _ =>
                {
                    ticks++;
                    return Task.CompletedTask;
                }
            );

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var timers = node.Node.Timers("app");
            var began = _sim.Time.GetUtcNow();
            Assert.True((await timers.SetAsync(Timer("t1"))).IsCommitted);
            var once = FunctionTimer.Once(began.AddSeconds(2));
            Assert.True((await timers.SetAsync(new("once", "tick", once))).IsCommitted);
            var refused = await timers.SetAsync(Timer("t2"));
            Assert.Equal(CommitRejection.Overloaded, refused.Rejection);

            await _sim.UntilAsync(() => ticks >= 5);
            Assert.True((await timers.SetAsync(Timer("t2"))).IsCommitted);
        });
    }

    [Theory]
    [InlineData("work")]
    [InlineData("other/work")]
    public void At_the_bound_of_delayed_messages_host_code_is_refused_until_some_have_run(
        string target
    )
    {
        Build();

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            for (var i = 0; i < 3; i++)
            {
                Assert.True((await DelayAsync(node, target)).IsCommitted);
                await _sim.DelayAsync(1_000);
            }

            var refused = await DelayAsync(node, target);
            Assert.Equal(CommitRejection.Overloaded, refused.Rejection);
            Assert.Equal(3, Gauge(WaverlessTelemetry.Delayed));
            var now = await node.Store("app").EnqueueTextAsync(target, "now");
            Assert.True(now.IsCommitted, now.Reason);

            await _sim.DelayAsync((int)Later.TotalMilliseconds);
            Assert.True((await DelayAsync(node, target)).IsCommitted);
        });
    }

    [Theory]
    [InlineData("work")]
    [InlineData("other/work")]
    public void Triggered_work_draws_on_the_reserve_and_at_its_end_waits_for_room(string target)
    {
        const int Reserve = 3 * DeferredBounds.ReserveFactor;
        Build(target);

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            for (var i = 0; i < Reserve + 2; i++)
            {
                Assert.True((await node.Store("app").SetTextAsync($"in_{i}", "x")).IsCommitted);
                await _sim.DelayAsync(1_000);
            }

            var home = new PartitionId(target.Contains('/') ? "other" : "app", 0);
            Assert.Equal(Reserve, node.Engine.DeferredIn(home).Messages);
            Assert.Equal(2, node.Node.Backlog.Of("app"));

            await _sim.UntilAsync(() => _ran == Reserve + 2);
            await node.DrainedAsync("app");
            Assert.Empty(await node.DeadAsync("app", "on"));
        });
    }

    [Fact]
    public void Timers_of_triggered_work_draw_on_the_reserve_as_well()
    {
        const int Reserve = 3 * DeferredBounds.ReserveFactor;
        Build();

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            for (var i = 0; i <= Reserve; i++)
            {
                await node.Store("app").SetTextAsync($"time_{i}", "x");
                await _sim.DelayAsync(100);
            }

            var timers = node.Node.Timers("app");
            var list = await timers.ListAsync(limit: 1_000);
            Assert.Equal(Reserve, list.Count);
            Assert.Equal(1, node.Node.Backlog.Of("app"));
            await timers.DeleteAsync(list[0].Timer.Name);
            await node.DrainedAsync("app");
            Assert.Empty(await node.DeadAsync("app", "time"));
        });
    }

    private int _ran;

    private static NamedTimer Timer(string name) =>
        new(name, "tick", FunctionTimer.Every(TimeSpan.FromDays(1)));

    private static ValueTask<CommitResult> DelayAsync(SimNode node, string target) =>
        node.Store("app").CommitAsync(new KvBatch().Enqueue(target, "x"u8, Later));

    private void Build(string target = "work")
    {
        Script("app")
            .Function(
                "on",
                f => f.OnSet("in_{}").Sends(target),
                async call =>
                {
                    Assert.Equal(1, call.Invocation.Attempt);
                    var batch = new KvBatch().Enqueue(target, "x"u8, Later);
                    var result = await call.CommitAsync(batch);
                    Assert.True(result.IsCommitted, result.Reason);
                }
            )
            .Function(
                "time",
                f => f.OnSet("time_{}"),
                call => call.CommitAsync(new KvBatch().SetTimer(Timer(call.Text)))
            )
            .Function("tick", f => f.Rpc(), _ => Task.CompletedTask);
        Script("other");
    }

    private TestApp Script(string name) =>
        _sim.App(name)
            .Function(
                "work",
                f => f.OnMessage(),
                _ =>
                {
                    _ran++;
                    return Task.CompletedTask;
                }
            );

    private double Gauge(string name) => Gauges.Read(_sim.Meters, name);
}
