using Waverless.Diagnostics;
using Waverless.Kv;
using Waverless.Simulation;

namespace Waverless.Events;

/// <summary>A lane holds no more bytes in memory than its bound, and loses and doubles nothing.</summary>
public sealed class LaneBytesTests
{
    private const int BytesMax = 256 * 1024;
    private const int Events = 100;

    private static readonly string Large = new('v', EventRecord.ValueBytesMax);

    private readonly Sim _sim = new()
    {
        Settings = new() { Pump = new() { LaneBytesMax = BytesMax } },
    };

    private readonly List<string> _ran = [];
    private bool _open;
    private double _most;

    private double Bytes => Gauges.Read(_sim.Meters, WaverlessTelemetry.LaneBytes);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Values_at_event_beyond_it_wait_on_disk(int seed)
    {
        var sim = new Sim(seed) { Settings = _sim.Settings };
        sim.App("app")
            .Function(
                "on",
                f => f.OnSet("in_{}").ValueAtEvent(),
                async call =>
                {
                    await sim.UntilAsync(() => _open);
                    _ran.Add(call.Text);
                }
            );

        sim.Run(async () =>
        {
            var node = await sim.BootAsync();
            for (var i = 0; i < Events; i++)
            {
                // Some keys come several times, so that some events are held back by others.
                await node.Store("app").SetTextAsync($"in_{i % 60}", Large);
            }

            Assert.InRange(
                Gauges.Read(sim.Meters, WaverlessTelemetry.LaneBytes),
                BytesMax / 2,
                BytesMax
            );
            Assert.Equal(Events, node.Node.Backlog.Of("app"));
            _open = true;
            await node.DrainedAsync("app");

            Assert.Equal(Events, _ran.Count);
            Assert.Equal(60, _ran.Distinct().Count());
            Assert.Equal(0, await node.StoredEventsAsync("app"));
            Assert.Equal(0, Gauges.Read(sim.Meters, WaverlessTelemetry.LaneBytes));
        });
    }

    [Fact]
    public void Many_of_one_key_take_half_of_it_and_run_in_order()
    {
        _sim.App("app")
            .Function(
                "on",
                f => f.OnSet("in_{}").ValueAtEvent(),
                async call =>
                {
                    await _sim.UntilAsync(() => _open);
                    _ran.Add($"{call.Text} {call.Invocation.Event!.KeyRevision}");
                }
            );

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            for (var i = 0; i < Events; i++)
            {
                await node.Store("app").SetTextAsync("in_hot", Large);
            }

            await node.Store("app").SetTextAsync("in_cold", Large);
            Assert.InRange(Bytes, 1, BytesMax);
            node.Crash();
            node = await _sim.BootAsync();
            await _sim.DelayAsync(1_000);
            Assert.InRange(Bytes, 1, BytesMax);
            _open = true;
            await node.DrainedAsync("app");

            Assert.Equal(Events + 1, _ran.Count);
            var hot = _ran.Where(item => item.StartsWith("in_hot", StringComparison.Ordinal));
            Assert.Equal(hot.OrderBy(item => int.Parse(item.Split(' ')[1])), hot);
            Assert.Equal(0, await node.StoredEventsAsync("app"));
        });
    }

    [Fact]
    public void Large_messages_that_fall_due_together_become_ready_as_there_is_room()
    {
        _sim.App("app").Function("work", f => f.OnMessage(), ReceiveAsync);

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var payload = System.Text.Encoding.UTF8.GetBytes(Large);
            for (var i = 0; i < Events; i++)
            {
                var batch = new KvBatch().Enqueue("work", payload, TimeSpan.FromSeconds(60));
                Assert.True((await node.Store("app").CommitAsync(batch)).IsCommitted);
            }

            await _sim.UntilAsync(() => _ran.Count == Events);
            await node.DrainedAsync("app");

            Assert.InRange(_most, BytesMax / 2, BytesMax + Large.Length + 1_024);
            Assert.Equal(0, await node.StoredEventsAsync("app"));
        });
    }

    [Fact]
    public void At_it_no_event_is_begun_that_could_have_to_wait()
    {
        _sim.App("app")
            .Function(
                "on",
                f => f.OnSet("in_{}").ValueAtEvent().Retry(attempts: 4),
                call =>
                {
                    _most = Math.Max(_most, Bytes);
                    _ran.Add(call.Text);
                    return _open
                        ? Task.CompletedTask
                        : Task.FromException(new IOException("not yet"));
                }
            );

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            for (var i = 0; i < Events; i++)
            {
                await node.Store("app").SetTextAsync($"in_{i}", Large);
            }

            await _sim.UntilAsync(() => _ran.Count >= 20);
            _open = true;
            await node.DrainedAsync("app");

            // What runs already when it is full may have to wait as well: a drain each.
            Assert.InRange(_most, BytesMax / 2, BytesMax + (32 * (Large.Length + 1_024)));
            Assert.Equal(Events, _ran.Distinct().Count());
            Assert.Empty(await node.DeadAsync("app", "on"));
        });
    }

    private Task ReceiveAsync(ScriptCall call)
    {
        _most = Math.Max(_most, Bytes);
        _ran.Add("message");
        return Task.CompletedTask;
    }
}
