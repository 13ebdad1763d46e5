using Waverless.Kv;
using Waverless.Simulation;

namespace Waverless.Events;

/// <summary>
/// A key with more waiting events than memory holds keeps nobody else waiting, and loses none of
/// its own, nor their order.
/// </summary>
public sealed class PoisonBacklogTests
{
    private readonly Sim _sim = new()
    {
        Settings = new()
        {
            Pump = new() { LaneMemoryMax = 16, LanePostponedMax = 64 },
        },
    };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Other_keys_run_while_thousands_wait_behind_a_poison_event(bool restart)
    {
        var healthy = false;
        var good = 0;
        var bad = new List<ulong>();
        _sim.App("app")
            .Function(
                "on",
                f => f.OnSet("in_{}").Retry(attempts: 100, longest: TimeSpan.FromSeconds(1)),
                call =>
                {
                    if (call.Text == "in_bad")
                    {
                        if (!healthy)
                        {
                            throw new InvalidOperationException("poison");
                        }

                        bad.Add(call.Invocation.EventId.Revision);
                        return Task.CompletedTask;
                    }

                    good++;
                    return Task.CompletedTask;
                }
            );

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var store = node.Store("app");
            for (var i = 0; i < 2_000; i++)
            {
                await store.SetTextAsync("in_bad", "x");
                if (i % 100 == 99)
                {
                    await store.SetTextAsync($"in_good{i}", "x");
                }
            }

            await _sim.UntilAsync(() => good == 20);
            Assert.Empty(bad);
            Assert.Equal(2_000, node.Node.Backlog.Of("app"));
            if (restart)
            {
                node.Crash();
                good = 0;
                node = await _sim.BootAsync();
                await node.Store("app").SetTextAsync("in_late", "x");
                await _sim.UntilAsync(() => good >= 1);
            }

            healthy = true;
            await node.DrainedAsync("app");
            Assert.Equal(2_000, bad.Count);
            Assert.Equal(bad.Order(), bad);
            Assert.Equal(bad.Distinct().Count(), bad.Count);
            Assert.Equal(0, await node.StoredEventsAsync("app"));
        });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Whatever_fails_and_waits_each_event_runs_once_and_in_the_order_of_its_key(int seed)
    {
        var sim = new Sim(seed) { Settings = _sim.Settings };
        var ran = new Dictionary<string, List<ulong>>();
        sim.App("app")
            .Function(
                "on",
                f => f.OnSet("in_{}").Retry(attempts: 100, longest: TimeSpan.FromMilliseconds(50)),
                async call =>
                {
                    await sim.DelayAsync(sim.Random.Next(3) * 10);
                    if (sim.Random.Next(3) == 0)
                    {
                        throw new InvalidOperationException("simulated");
                    }

                    if (!ran.TryGetValue(call.Text, out var list))
                    {
                        ran.Add(call.Text, list = []);
                    }

                    list.Add(call.Invocation.EventId.Revision);
                }
            );

        sim.Run(async () =>
        {
            var node = await sim.BootAsync();
            const int Count = 600;
            for (var i = 0; i < Count; i++)
            {
                await node.Store("app").SetTextAsync($"in_{sim.Random.Next(3)}", "x");
                if (sim.Random.Next(20) == 0)
                {
                    await sim.DelayAsync(50);
                }
            }

            await node.DrainedAsync("app");
            Assert.Equal(Count, ran.Values.Sum(list => list.Count));
            Assert.All(ran.Values, list => Assert.Equal(list.Distinct().Order(), list));
            Assert.Equal(0, await node.StoredEventsAsync("app"));
        });
    }

    [Fact]
    public void A_drained_lane_is_read_from_its_cursor()
    {
        _sim.App("app").Function("on", f => f.OnSet("in_{}"), _ => Task.CompletedTask);
        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var cursors = new List<ulong>();
            node.Engine.Fault = (_, commit) =>
            {
                var reader = commit.Read();
                while (reader.TryRead(out var operation))
                {
                    if (operation.Tag == CommitTag.Cursor)
                    {
                        cursors.Add(operation.Position.Revision);
                    }
                }

                return null;
            };
            for (var i = 0; i < 3_000; i++)
            {
                await node.Store("app").SetTextAsync($"in_{i}", "x");
            }

            await node.DrainedAsync("app");
            Assert.Equal(cursors.Order(), cursors);
            Assert.InRange(cursors.Count, 2, 10);
            Assert.InRange(cursors[^1], 1_900UL, 3_000UL);
        });
    }
}
