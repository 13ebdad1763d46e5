using Waverless.Invocations;
using Waverless.Kv;
using Waverless.Simulation;

namespace Waverless.Events;

/// <summary>Failures: again later, then a dead letter, and nobody else waits for it.</summary>
public sealed class EventRetryTests
{
    private readonly Sim _sim = new();

    [Fact]
    public void A_failing_event_is_tried_five_times_with_growing_pauses_then_buried()
    {
        var times = new List<DateTimeOffset>();
        _sim.App("app")
            .Function(
                "on",
                f => f.OnSet("in_{}"),
                call =>
                {
                    times.Add(_sim.Time.GetUtcNow());
                    Assert.Equal(times.Count, call.Invocation.Attempt);
                    throw new InvalidOperationException("it is Monday");
                }
            );

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            await node.Store("app").SetTextAsync("in_1", "x");
            await node.DrainedAsync("app");

            Assert.Equal(5, times.Count);
            for (var i = 1; i < times.Count; i++)
            {
                var pause = (times[i] - times[i - 1]).TotalMilliseconds;
                Assert.InRange(pause, 50 * Math.Pow(2, i - 1), (100 * Math.Pow(2, i - 1)) + 20);
            }

            var dead = Assert.Single(await node.DeadAsync("app", "on"));
            Assert.Equal(5, dead.Attempt);
            Assert.Contains("it is Monday", dead.LastError, StringComparison.Ordinal);
            Assert.Equal(0, await node.StoredEventsAsync("app"));
        });
    }

    [Fact]
    public void A_poison_key_holds_up_its_own_events_and_nobody_elses()
    {
        var order = new List<string>();
        _sim.App("app")
            .Function(
                "on",
                f => f.OnSet("in_{}").Reads("in_{}"),
                call =>
                {
                    if (call.Text == "in_bad" && call.Invocation.EventId.Revision == 1)
                    {
                        throw new InvalidOperationException("poison");
                    }

                    order.Add($"{call.Text} {call.Invocation.EventId.Revision}");
                    return Task.CompletedTask;
                }
            );

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var store = node.Store("app");
            await store.SetTextAsync("in_bad", "1");
            await store.SetTextAsync("in_bad", "2");
            await store.SetTextAsync("in_good", "3");
            await _sim.UntilAsync(() => order.Count == 1);

            Assert.Equal(["in_good 3"], order);
            Assert.Empty(await node.DeadAsync("app", "on"));
            await node.DrainedAsync("app");
            Assert.Equal(["in_good 3", "in_bad 2"], order);
            Assert.Single(await node.DeadAsync("app", "on"));
        });
    }

    [Fact]
    public void An_event_whose_function_is_gone_is_buried_with_that_reason()
    {
        var app = _sim.App("app");
        app.Function("on", f => f.OnSet("in_{}"), _ => Task.FromException(new IOException("no")));
        app.Function("else", null, _ => Task.CompletedTask);

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            await node.Store("app").SetTextAsync("in_1", "x");
            await _sim.UntilAsync(() => node.Engine.Commits == 2);
            app.Remove("on");
            await node.Node.Deployer.DeployAsync(_sim.Runtime.Version(app), default);
            await node.DrainedAsync("app");

            var dead = Assert.Single(await node.DeadAsync("app", "on"));
            Assert.StartsWith("FunctionGone: 'app/on'", dead.LastError, StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData(CommitRejection.StorageFull)]
    [InlineData(CommitRejection.StorageFailed)]
    [InlineData(CommitRejection.Overloaded)]
    public void Trouble_of_the_store_costs_no_attempt_and_buries_nothing(CommitRejection trouble)
    {
        _sim.App("app")
            .Function(
                "on",
                f => f.OnSet("in_{}").Writes("out_{}"),
                async call =>
                {
                    Assert.Equal(1, call.Invocation.Attempt);
                    await call.SetAsync("out_1", "x");
                }
            );

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            await node.Store("app").SetTextAsync("in_1", "x");
            var refused = 0;
            node.Engine.Fault = (_, _) =>
                ++refused <= 20 ? CommitResult.Rejected(trouble, "simulated") : null;
            await node.DrainedAsync("app");

            Assert.True(refused > 20);
            Assert.Empty(await node.DeadAsync("app", "on"));
            Assert.Equal("x", await node.Store("app").GetTextAsync("out_1"));
        });
    }

    [Fact]
    public void A_store_that_throws_does_not_stop_the_lane()
    {
        var runs = 0;
        _sim.App("app")
            .Function(
                "on",
                f => f.OnSet("in_{}").Writes("out_{}"),
                async call =>
                {
                    runs++;
                    await call.SetAsync("out_1", "x");
                }
            );

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var throws = 0;
            var batch = new KvBatch();
            for (var i = 0; i < 100; i++)
            {
                batch.Set($"in_{i}", "x"u8);
            }

            await node.Store("app").CommitAsync(batch);
            node.Engine.Throws = (_, _) => ++throws <= 60;
            await node.DrainedAsync("app");

            Assert.Equal(160, runs);
            Assert.Empty(await node.DeadAsync("app", "on"));
            Assert.Equal(0, await node.StoredEventsAsync("app"));
        });
    }

    [Fact]
    public void An_event_that_finds_the_queue_full_waits_without_losing_an_attempt()
    {
        var runs = 0;
        var app = _sim.App("app");
        app.Function(
            "on",
            f => f.OnSet("in_{}").Concurrency(1).Queue(1),
            async call =>
            {
                Assert.Equal(1, call.Invocation.Attempt);
                await _sim.DelayAsync(50);
                runs++;
            }
        );

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var batch = new KvBatch();
            for (var i = 0; i < 20; i++)
            {
                batch.Set($"in_{i}", "x"u8);
            }

            await node.Store("app").CommitAsync(batch);
            await node.DrainedAsync("app");

            Assert.Equal(20, runs);
            Assert.Empty(await node.DeadAsync("app", "on"));
        });
    }

    [Fact]
    public void More_retries_than_memory_holds_all_come_to_their_end()
    {
        _sim.Settings = new()
        {
            Pump = new() { LaneMemoryMax = 8, LanePostponedMax = 4 },
        };
        _sim.App("app")
            .Function("on", f => f.OnSet("in_{}"), _ => Task.FromException(new IOException("no")));

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var batch = new KvBatch();
            for (var i = 0; i < 60; i++)
            {
                batch.Set($"in_{i}", "x"u8);
            }

            await node.Store("app").CommitAsync(batch);
            await node.DrainedAsync("app");

            Assert.Equal(60, (await node.DeadAsync("app", "on")).Count);
        });
    }

    [Fact]
    public void An_invocation_that_times_out_costs_an_attempt()
    {
        var attempts = 0;
        _sim.App("app")
            .Answers(
                "on",
                f => f.OnSet("in_{}"),
                call =>
                {
                    attempts = call.Invocation.Attempt;
                    return ValueTask.FromResult(
                        InvocationResult.Fail(InvocationStatus.TimedOut, "late")
                    );
                }
            );

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            await node.Store("app").SetTextAsync("in_1", "x");
            await node.DrainedAsync("app");

            Assert.Equal(5, attempts);
            var dead = Assert.Single(await node.DeadAsync("app", "on"));
            Assert.Equal("TimedOut: 'app/on': late", dead.LastError);
        });
    }
}
