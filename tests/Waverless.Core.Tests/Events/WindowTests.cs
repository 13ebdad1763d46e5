using Waverless.Apps;
using Waverless.Invocations;
using Waverless.Kv;
using Waverless.Runtime;
using Waverless.Simulation;

namespace Waverless.Events;

/// <summary>Several events in one invocation: each succeeds or fails by itself.</summary>
public sealed class WindowTests
{
    private readonly Sim _sim = new();
    private readonly List<List<string>> _windows = [];
    private readonly List<int> _attempts = [];

    private void App(int events, int withinMs, Func<ScriptCall, EventWindow, Task> script) =>
        _sim.App("app")
            .Function(
                "on",
                f =>
                    f.OnSet("in_{}")
                        .Reads("out_{}")
                        .Writes("out_{}")
                        .Batch(events, TimeSpan.FromMilliseconds(withinMs)),
                async call =>
                {
                    var window = call.Invocation.Window!;
                    _windows.Add([.. window.Events.Select(item => item.Key.ToString()!)]);
                    _attempts.AddRange(window.Events.Select(item => item.Attempt));
                    await script(call, window);
                }
            );

    private static async Task SetAllAsync(SimNode node, params string[] keys)
    {
        foreach (var key in keys)
        {
            await node.Store("app").SetTextAsync(key, "x");
        }
    }

    [Fact]
    public void A_full_window_starts_at_once_and_the_rest_when_its_time_is_over()
    {
        App(4, 500, (_, _) => Task.CompletedTask);
        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var began = _sim.Time.GetUtcNow();
            await SetAllAsync(node, "in_1", "in_2", "in_3", "in_4", "in_5", "in_6");
            await _sim.UntilAsync(() => _windows.Count == 1);
            Assert.True(_sim.Time.GetUtcNow() - began < TimeSpan.FromMilliseconds(300));
            await node.DrainedAsync("app");

            Assert.Equal([4, 2], _windows.Select(window => window.Count));
            Assert.Equal(0, await node.StoredEventsAsync("app"));
        });
    }

    [Fact]
    public void Without_time_a_window_takes_what_is_there()
    {
        App(100, 0, async (_, _) => await _sim.DelayAsync(50));
        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var batch = new KvBatch();
            for (var i = 0; i < 250; i++)
            {
                batch.Set($"in_{i}", "x"u8);
            }

            await node.Store("app").CommitAsync(batch);
            await node.DrainedAsync("app");
            Assert.Equal(250, _windows.Sum(window => window.Count));
            Assert.InRange(_windows.Count, 3, 5);
        });
    }

    [Fact]
    public void Only_the_failed_event_and_later_ones_of_its_key_run_again()
    {
        var failed = false;
        App(
            6,
            100,
            async (call, window) =>
            {
                foreach (var (index, item) in window.Events.Index())
                {
                    if (!window.Succeeded(index))
                    {
                        continue;
                    }

                    window.Begin(item);
                    await call.SetAsync($"out_{item.Id.Revision}", item.Key.ToString()!);
                    if (!failed && item.Key.ToString() == "in_a")
                    {
                        failed = true;
                        item.Fail("not now");
                        Assert.Null(await call.GetAsync($"out_{item.Id.Revision}"));
                    }
                }
            }
        );
        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            await SetAllAsync(node, "in_b", "in_a", "in_c", "in_a", "in_b", "in_a");
            await _sim.UntilAsync(() => _windows.Count == 1);
            await _sim.DelayAsync(20);
            Assert.Equal("in_b", await node.Store("app").GetTextAsync("out_1"));
            Assert.Null(await node.Store("app").GetTextAsync("out_2"));
            Assert.Equal("in_c", await node.Store("app").GetTextAsync("out_3"));
            Assert.Null(await node.Store("app").GetTextAsync("out_4"));
            Assert.Equal("in_b", await node.Store("app").GetTextAsync("out_5"));
            Assert.Equal(3, node.Node.Backlog.Of("app"));
            await node.DrainedAsync("app");

            Assert.Equal(["in_b", "in_a", "in_c", "in_a", "in_b", "in_a"], _windows[0]);
            Assert.Equal(["in_a"], _windows[1]);
            Assert.All(_windows.Skip(2).SelectMany(keys => keys), key => Assert.Equal("in_a", key));
            Assert.Equal([1, 1, 1, 1, 1, 1, 2, 1, 1], _attempts);
            Assert.Equal("in_a", await node.Store("app").GetTextAsync("out_6"));
            Assert.Empty(await node.DeadAsync("app", "on"));
        });
    }

    [Fact]
    public void A_window_that_fails_as_a_whole_runs_again_one_by_one_and_costs_no_attempt()
    {
        App(
            5,
            100,
            async (call, window) =>
            {
                await call.SetAsync("out_sum", $"{window.Events.Count}");
                if (window.Events.Any(item => item.Key.ToString() == "in_bad"))
                {
                    throw new InvalidOperationException("trap");
                }

                foreach (var item in window.Events)
                {
                    window.Begin(item);
                    await call.SetAsync($"out_{item.Id.Revision}", "x");
                }
            }
        );
        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            await SetAllAsync(node, "in_1", "in_2", "in_bad", "in_2", "in_5");
            await node.DrainedAsync("app");

            Assert.Equal(5, _windows[0].Count);
            Assert.All(_windows.Skip(1), window => Assert.Single(window));
            Assert.Equal(1 + 4 + 5, _windows.Count);
            Assert.All(_attempts.Take(10), attempt => Assert.Equal(1, attempt));
            var dead = Assert.Single(await node.DeadAsync("app", "on"));
            Assert.Equal(5, dead.Attempt);
            foreach (var revision in new[] { 1, 2, 4, 5 })
            {
                Assert.Equal("x", await node.Store("app").GetTextAsync($"out_{revision}"));
            }
        });
    }

    [Fact]
    public void A_window_that_finds_no_room_loses_no_attempt_and_no_order()
    {
        App(10, 50, (_, _) => Task.CompletedTask);
        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var refused = 0;
            await SetAllAsync(node, "in_1", "in_1", "in_2", "in_1");
            node.Engine.Fault = (_, commit) =>
                commit.CompletionCount > 0 && ++refused <= 3
                    ? CommitResult.Rejected(CommitRejection.StorageFull, "simulated")
                    : null;
            await node.DrainedAsync("app");
            Assert.All(_attempts, attempt => Assert.Equal(1, attempt));
            Assert.Empty(await node.DeadAsync("app", "on"));
            Assert.Equal(0, await node.StoredEventsAsync("app"));
        });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Effects_of_atomic_windows_happen_once_across_failures_and_crashes(int seed)
    {
        var sim = new Sim(seed) { Settings = new() { Pump = new() { LaneMemoryMax = 16 } } };
        sim.App("app")
            .Function(
                "on",
                f =>
                    f.OnSet("in_{}")
                        .Reads("sum_{}")
                        .Writes("sum_{}")
                        .Retry(attempts: 100, longest: TimeSpan.FromMilliseconds(50))
                        .Batch(8, TimeSpan.FromMilliseconds(10)),
                async call =>
                {
                    var window = call.Invocation.Window!;
                    foreach (var (index, item) in window.Events.Index())
                    {
                        if (!window.Succeeded(index))
                        {
                            continue;
                        }

                        window.Begin(item);
                        var sum = $"sum_{item.Key.ToString()!["in_".Length..]}";
                        var before = int.Parse(await call.GetAsync(sum) ?? "0");
                        await call.SetAsync(sum, (before + 1).ToString());
                        if (sim.Random.Next(6) == 0)
                        {
                            item.Fail("simulated");
                        }
                    }

                    if (sim.Random.Next(10) == 0)
                    {
                        throw new InvalidOperationException("simulated");
                    }
                }
            );
        sim.Run(async () =>
        {
            var set = 0;
            var node = await sim.BootAsync();
            for (var boot = 0; boot < 3; boot++)
            {
                for (var i = 0; i < 60; i++)
                {
                    await node.Store("app").SetTextAsync($"in_{sim.Random.Next(5)}", "x");
                    set++;
                }

                await sim.DelayAsync(sim.Random.Next(100));
                node.Crash();
                node = await sim.BootAsync();
            }

            await node.DrainedAsync("app");
            var sums = 0;
            for (var i = 0; i < 5; i++)
            {
                sums += int.Parse(await node.Store("app").GetTextAsync($"sum_{i}") ?? "0");
            }

            Assert.Equal(set, sums);
            Assert.Empty(await node.DeadAsync("app", "on"));
        });
    }

    [Fact]
    public void Each_event_may_read_its_own_key_and_deletes_only_what_it_has_seen()
    {
        var values = new List<string?>();
        _sim.App("app")
            .Function(
                "on",
                f => f.OnSet("in_{}").Deletes("in_{}").Batch(4, TimeSpan.FromMilliseconds(50)),
                async call =>
                {
                    foreach (var item in call.Invocation.Window!.Events)
                    {
                        call.Invocation.Window.Begin(item);
                        values.Add(await call.GetAsync(item.Key.ToString()!));
                        await call.DeleteAsync(item.Key.ToString()!);
                    }

                    await Assert.ThrowsAsync<InvocationRefusedException>(() =>
                        call.GetAsync("in_1")
                    );
                }
            );
        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            await SetAllAsync(node, "in_1", "in_2", "in_3");
            await node.DrainedAsync("app");
            Assert.Equal(["x", "x", "x"], values);
            foreach (var key in new[] { "in_1", "in_2", "in_3" })
            {
                Assert.Null(await node.Store("app").GetTextAsync(key));
            }
        });
    }

    [Fact]
    public void A_window_that_others_come_between_runs_anew_as_a_whole()
    {
        SimNode? node = null;
        App(
            3,
            100,
            async (call, window) =>
            {
                var rate = await call.GetAsync("out_rate");
                if (_windows.Count == 1)
                {
                    await node!.Store("app").SetTextAsync("out_rate", "2");
                }

                foreach (var item in window.Events)
                {
                    window.Begin(item);
                    await call.SetAsync($"out_{item.Id.Revision}", rate ?? "1");
                    if (_windows.Count == 1 && item == window.Events[2])
                    {
                        item.Fail("only in the run that did not count");
                    }
                }
            }
        );
        _sim.Run(async () =>
        {
            node = await _sim.BootAsync();
            await SetAllAsync(node, "in_1", "in_2", "in_3");
            await node.DrainedAsync("app");

            Assert.Equal([3, 3], _windows.Select(window => window.Count));
            Assert.All(_attempts, attempt => Assert.Equal(1, attempt));
            foreach (var revision in new[] { 1, 2, 3 })
            {
                Assert.Equal("2", await node.Store("app").GetTextAsync($"out_{revision}"));
            }
        });
    }

    [Fact]
    public void An_event_that_has_written_fails_only_before_the_next_begins()
    {
        string? refused = null;
        App(
            2,
            100,
            async (call, window) =>
            {
                window.Begin(window.Events[0]);
                await call.SetAsync("out_1", "x");
                window.Begin(window.Events[1]);
                var late = Assert.Throws<InvalidOperationException>(() =>
                    window.Events[0].Fail("late")
                );
                refused = late.Message;
                Assert.Throws<InvalidOperationException>(() => window.Begin(window.Events[0]));
                var foreign = new FunctionEvent(
                    new EventRecord { Kind = EventKind.KeySet },
                    default
                );
                Assert.Throws<InvalidOperationException>(() => foreign.Fail("no window"));
                Assert.Throws<InvalidOperationException>(() => window.Begin(foreign));
            }
        );
        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            await SetAllAsync(node, "in_1", "in_2");
            await node.DrainedAsync("app");
            Assert.StartsWith("Other events were begun", refused, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void A_cascade_that_somebody_waits_for_does_not_share_a_window_with_others()
    {
        App(10, 50, (_, _) => Task.CompletedTask);
        _sim.Apps[0]
            .Function(
                "root",
                f => f.Rpc().Writes("in_{}"),
                async call => await call.SetAsync($"in_{call.Text}", "x")
            );
        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            await node.Store("app").SetTextAsync("in_0", "x");
            var answers = await Task.WhenAll(
                node.CallAsync("app/root", "1", cascade: true).AsTask(),
                node.CallAsync("app/root", "2", cascade: true).AsTask()
            );
            Assert.All(answers, answer => Assert.True(answer.Cascade!.IsFinished));
            Assert.All(answers, answer => Assert.Equal(2, answer.Cascade!.Invocations));
            await node.DrainedAsync("app");
            Assert.All(_windows, window => Assert.Single(window));
        });
    }

    [Fact]
    public void A_runtime_that_hands_over_one_event_at_a_time_refuses_windows()
    {
        App(2, 100, (_, _) => Task.CompletedTask);
        _sim.Runtime.Traits = new(InstanceKind.Owned, false, CommitMode.Immediate);
        _sim.Run(async () =>
        {
            var refused = await Assert.ThrowsAsync<AppRejectedException>(() => _sim.BootAsync());
            Assert.Contains("'batch'", refused.Message, StringComparison.Ordinal);
        });
    }
}
