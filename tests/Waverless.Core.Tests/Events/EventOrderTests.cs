using Waverless.Kv;
using Waverless.Simulation;

namespace Waverless.Events;

/// <summary>What starts, in which order, and how often (SEMANTICS §4).</summary>
public sealed class EventOrderTests
{
    private readonly Sim _sim = new();

    [Fact]
    public void Each_set_of_a_matching_key_starts_the_function_once()
    {
        var seen = new List<string>();
        _sim.App("app").Function("on", f => f.OnSet("in_{}"), call => Note(seen, call.Text));

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            await node.Store("app").SetTextAsync("in_1", "a");
            await node.Store("app").SetTextAsync("other_1", "a");
            await node.Store("app").SetTextAsync("in_2", "a");
            await node.Store("app").SetTextAsync("in_1", "b");
            await node.DrainedAsync("app");

            Assert.Equal(["in_1", "in_1", "in_2"], seen.Order());
            Assert.Equal(0, await node.StoredEventsAsync("app"));
        });
    }

    [Fact]
    public void Of_several_changes_of_a_key_in_one_batch_only_the_last_counts()
    {
        var seen = new List<string>();
        _sim.App("app")
            .Function("set", f => f.OnSet("in_{}"), call => Note(seen, "set " + call.Text))
            .Function("gone", f => f.OnDelete("in_{}"), call => Note(seen, "gone " + call.Text))
            .Function("fresh", f => f.OnNew("in_{}"), call => Note(seen, "new " + call.Text));

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var store = node.Store("app");
            await store.SetTextAsync("in_old", "1");
            await node.DrainedAsync("app");
            seen.Clear();

            var batch = new KvBatch().Set("in_a", "1"u8).Set("in_a", "2"u8).Set("in_b", "1"u8);
            batch.Delete("in_b").Delete("in_old").Set("in_old", "2"u8).Delete("in_never");
            await store.CommitAsync(batch);
            await node.DrainedAsync("app");

            Assert.Equal(["new in_a", "set in_a", "set in_old"], seen.Order());
        });
    }

    [Theory]
    [InlineData(10)]
    [InlineData(30)]
    public void Repeated_keys_are_found_in_small_and_in_large_batches(int keys)
    {
        var seen = new List<string>();
        _sim.App("app").Function("on", f => f.OnSet("in_{}"), call => Note(seen, call.Text));

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var batch = new KvBatch();
            for (var i = 0; i < 2 * keys; i++)
            {
                batch.Set($"in_{i % keys}", "x"u8);
            }

            await node.Store("app").CommitAsync(batch);
            await node.DrainedAsync("app");

            Assert.Equal(keys, seen.Count);
            Assert.Equal(keys, seen.Distinct().Count());
        });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Events_of_one_key_run_in_order_and_one_at_a_time(int seed)
    {
        var sim = new Sim(seed);
        var seen = new Dictionary<string, List<ulong>>();
        var running = new HashSet<string>();
        sim.App("app")
            .Function(
                "on",
                f => f.OnSet("in_{}"),
                async call =>
                {
                    Assert.True(running.Add(call.Text));
                    await sim.DelayAsync(sim.Random.Next(0, 30));
                    var times = seen.TryGetValue(call.Text, out var list) ? list : [];
                    seen[call.Text] = times;
                    times.Add(call.Invocation.EventId.Revision);
                    running.Remove(call.Text);
                }
            );

        sim.Run(async () =>
        {
            var node = await sim.BootAsync();
            for (var i = 0; i < 200; i++)
            {
                await node.Store("app").SetTextAsync($"in_{sim.Random.Next(5)}", "x");
            }

            await node.DrainedAsync("app");

            Assert.Equal(200, seen.Values.Sum(times => times.Count));
            Assert.All(seen.Values, times => Assert.Equal(times.Order(), times));
        });
    }

    [Fact]
    public void Events_of_different_keys_run_at_the_same_time()
    {
        var running = 0;
        var most = 0;
        _sim.App("app")
            .Function(
                "on",
                f => f.OnSet("in_{}"),
                async _ =>
                {
                    most = Math.Max(most, ++running);
                    await _sim.DelayAsync(20);
                    running--;
                }
            );

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var batch = new KvBatch();
            for (var i = 0; i < 100; i++)
            {
                batch.Set($"in_{i}", "x"u8);
            }

            await node.Store("app").CommitAsync(batch);
            await node.DrainedAsync("app");

            Assert.Equal(32, most);
        });
    }

    [Fact]
    public void Events_spilled_beyond_memory_run_in_order_and_once()
    {
        _sim.Settings = new() { Pump = new PumpBounds { LaneMemoryMax = 8 } };
        var seen = new List<ulong>();
        _sim.App("app")
            .Function(
                "on",
                f => f.OnSet("in"),
                async call =>
                {
                    await _sim.DelayAsync(_sim.Random.Next(2));
                    seen.Add(call.Invocation.EventId.Revision);
                }
            );

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            for (var i = 0; i < 300; i++)
            {
                await node.Store("app").SetTextAsync("in", "x");
                await _sim.DelayAsync(_sim.Random.Next(2) * 10);
            }

            await node.DrainedAsync("app");

            Assert.Equal(300, seen.Count);
            Assert.Equal(seen.Order().Distinct(), seen);
            Assert.Equal(0, await node.StoredEventsAsync("app"));
        });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Spilled_events_of_many_keys_all_run_although_some_fail(int seed)
    {
        var sim = new Sim(seed) { Settings = new() { Pump = Tiny } };
        var done = new Dictionary<EventId, int>();
        sim.App("app")
            .Function(
                "on",
                f => f.OnSet("in_{}"),
                async call =>
                {
                    await sim.DelayAsync(sim.Random.Next(20));
                    if (call.Invocation.Attempt < 3 && sim.Random.Next(4) == 0)
                    {
                        throw new InvalidOperationException("simulated");
                    }

                    done[call.Invocation.EventId] =
                        done.GetValueOrDefault(call.Invocation.EventId) + 1;
                }
            );

        sim.Run(async () =>
        {
            var node = await sim.BootAsync();
            for (var i = 0; i < 40; i++)
            {
                var batch = new KvBatch();
                for (var j = 0; j < 10; j++)
                {
                    batch.Set($"in_{sim.Random.Next(20)}", "x"u8);
                }

                await node.Store("app").CommitAsync(batch);
            }

            await node.DrainedAsync("app");

            Assert.InRange(done.Count, 250, 400);
            Assert.All(done.Values, times => Assert.Equal(1, times));
            Assert.Equal(0, await node.StoredEventsAsync("app"));
        });
    }

    private static PumpBounds Tiny => new() { LaneMemoryMax = 8, LanePostponedMax = 4 };

    private static Task Note(List<string> seen, string what)
    {
        seen.Add(what);
        return Task.CompletedTask;
    }
}
