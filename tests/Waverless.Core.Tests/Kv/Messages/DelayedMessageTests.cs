using System.Globalization;
using Waverless.Events;
using Waverless.Invocations;
using Waverless.Simulation;

namespace Waverless.Kv.Messages;

/// <summary>Messages that are not to run before their moment (SEMANTICS §4, §5).</summary>
public sealed class DelayedMessageTests
{
    private readonly Sim _sim = new();
    private readonly List<(string Text, double Seconds)> _received = [];
    private DateTimeOffset _began;
    private Action? _onReceive;

    private IEnumerable<string> Texts => _received.Select(item => item.Text);

    [Fact]
    public void Each_runs_at_its_moment_whatever_the_order_of_sending()
    {
        AddApps();

        _sim.Run(async () =>
        {
            var node = await BootAsync();
            foreach (var seconds in new[] { 30, 10, 20, 1 })
            {
                await EnqueueAsync(node, seconds);
            }

            await node.Store("app").EnqueueTextAsync("work", "0");
            await _sim.UntilAsync(() => _received.Count == 5);

            Assert.Equal(["0", "1", "10", "20", "30"], Texts);
            AssertPunctual();
            await node.DrainedAsync("app");
            Assert.Equal(0, await node.StoredEventsAsync("app"));
        });
    }

    [Theory]
    [InlineData("work")]
    [InlineData("other/work")]
    public void A_restart_forgets_no_delayed_message_and_runs_what_fell_due(string target)
    {
        AddApps();

        _sim.Run(async () =>
        {
            var node = await BootAsync();
            var batch = new KvBatch().Set("key", "x"u8);
            foreach (var seconds in new[] { 5, 60, 120 })
            {
                var text = System.Text.Encoding.UTF8.GetBytes($"{seconds}");
                batch.Enqueue(target, text, TimeSpan.FromSeconds(seconds));
            }

            await node.Store("app").CommitAsync(batch);
            await _sim.UntilAsync(() => _received.Count == 1);
            await node.DrainedAsync("app", "other");
            node.Crash();
            await _sim.DelayAsync(70_000);
            await _sim.BootAsync();
            await _sim.UntilAsync(() => _received.Count == 3);

            Assert.Equal(["5", "60", "120"], Texts);
            Assert.InRange(_received[1].Seconds, 75, 76);
            Assert.InRange(_received[2].Seconds, 120, 120.5);
        });
    }

    [Fact]
    public void Many_at_one_moment_run_once_each_with_few_of_them_in_memory()
    {
        _sim.Settings = _sim.Settings with
        {
            Pump = new PumpBounds { LaneDelayedMax = 16, LaneMemoryMax = 16 },
        };
        AddApps();

        _sim.Run(async () =>
        {
            var node = await BootAsync();
            for (var batch = 0; batch < 5; batch++)
            {
                var messages = new KvBatch();
                for (var i = 0; i < 200; i++)
                {
                    var text = System.Text.Encoding.UTF8.GetBytes($"{batch}.{i}");
                    messages.Enqueue("work", text, TimeSpan.FromSeconds(20 - batch));
                }

                Assert.True((await node.Store("app").CommitAsync(messages)).IsCommitted);
                await _sim.DelayAsync(1_000);
            }

            Assert.Equal(0, node.Node.Backlog.Of("app"));
            var most = 0L;
            _onReceive = () => most = Math.Max(most, node.Node.Backlog.Of("app"));
            await _sim.UntilAsync(() => _received.Count >= 1_000);

            Assert.Equal(1_000, Texts.Distinct().Count());
            Assert.InRange(most, 1, 16);
            await node.DrainedAsync("app");
            Assert.Equal(0, await node.StoredEventsAsync("app"));
        });
    }

    [Fact]
    public void Waiting_messages_fill_no_backlog_and_hold_no_ordering_key()
    {
        _sim.Settings = _sim.Settings with { BacklogSoftMax = 3 };
        AddApps();

        _sim.Run(async () =>
        {
            var node = await BootAsync();
            var later = new MessageOptions { Delay = TimeSpan.FromHours(1), OrderingKey = "k" };
            for (var i = 0; i < 20; i++)
            {
                var result = await node.Store("app").EnqueueTextAsync("work", "later", later);
                Assert.True(result.IsCommitted, result.Reason);
            }

            var now = later with { Delay = TimeSpan.Zero };
            await node.Store("app").EnqueueTextAsync("work", "now", now);
            await _sim.UntilAsync(() => _received.Count == 1);

            Assert.Equal(["now"], Texts);
        });
    }

    [Fact]
    public void A_cascade_reports_them_as_deferred_and_does_not_wait()
    {
        AddApps();

        _sim.Run(async () =>
        {
            var node = await BootAsync();
            var result = await node.CallAsync("app/send", cascade: true);
            await _sim.UntilAsync(() => _received.Count == 3);

            Assert.True(result.Cascade!.IsFinished);
            Assert.Equal(2, result.Cascade.Invocations);
            Assert.Equal(2, result.Cascade.Deferred);
            Assert.Equal(2, result.Cascade.LongestChain);
            Assert.All(_depths, item => Assert.Equal(item.Text == "now" ? 1 : 0, item.Depth));
        });
    }

    [Fact]
    public void One_that_fails_is_retried_and_ends_as_a_dead_letter()
    {
        AddApps();

        _sim.Run(async () =>
        {
            var node = await BootAsync();
            var later = new MessageOptions { Delay = TimeSpan.FromSeconds(10) };
            await node.Store("app").EnqueueTextAsync("broken", "x", later);
            await _sim.DelayAsync(5_000);
            Assert.Empty(_received);
            List<EventRecord> dead = [];
            while (dead.Count == 0)
            {
                await _sim.DelayAsync(1_000);
                dead = await node.DeadAsync("app", "broken");
            }

            Assert.Equal(_sim.Settings.AttemptsMax, _received.Count);
            Assert.Equal("x"u8, dead[0].Payload.Span);
            Assert.Equal(0, await node.StoredEventsAsync("app"));
        });
    }

    [Fact]
    public void An_hour_of_random_delays_and_crashes_loses_none_and_doubles_none()
    {
        for (var seed = 1; seed <= 15; seed++)
        {
            Tell(seed);
        }
    }

    private static void Tell(int seed)
    {
        var sim = new Sim(seed);
        sim.Settings = sim.Settings with
        {
            Pump = new PumpBounds { LaneDelayedMax = 1 + (seed % 7) },
            AttemptsMax = 50,
        };
        var dueMs = new Dictionary<string, long>();
        var early = new List<string>();
        sim.App("app")
            .Function(
                "count",
                f => f.OnMessage().Writes("count_{}").Reads("count_{}"),
                async call =>
                {
                    var now = sim.Time.GetUtcNow().ToUnixTimeMilliseconds();
                    if (dueMs.TryGetValue(call.Text, out var due) && now < due)
                    {
                        early.Add(call.Text);
                    }

                    var before = await call.GetAsync($"count_{call.Text}") ?? "0";
                    var count = int.Parse(before, CultureInfo.InvariantCulture) + 1;
                    await call.SetAsync($"count_{call.Text}", $"{count}");
                }
            );
        sim.Run(async () =>
        {
            var sent = 0;
            for (var boot = 1; boot <= 4; boot++)
            {
                var node = await sim.BootAsync();
                node.Engine.Delay = () => sim.Random.Next(4) == 0 ? sim.Random.Next(1, 30) : 0;
                for (var i = 0; i < 10; i++)
                {
                    var delayMs = sim.Random.Next(1, 20_000);
                    var options = new MessageOptions
                    {
                        Delay = TimeSpan.FromMilliseconds(delayMs),
                        Priority = Enum.GetValues<MessagePriority>()[sim.Random.Next(3)],
                        OrderingKey = sim.Random.Next(2) == 0 ? "k" : null,
                    };
                    var now = sim.Time.GetUtcNow().ToUnixTimeMilliseconds();
                    dueMs[$"{sent}"] = now + delayMs;
                    await node.Store("app").EnqueueTextAsync("count", $"{sent++}", options);
                    await sim.DelayAsync(sim.Random.Next(0, 2_000));
                }

                if (boot < 4)
                {
                    node.Crash();
                    await sim.DelayAsync(sim.Random.Next(0, 5_000));
                    continue;
                }

                await sim.DelayAsync(30_000);
                await node.DrainedAsync("app");
                Assert.Empty(early);
                for (var i = 0; i < sent; i++)
                {
                    Assert.Equal("1", await node.Store("app").GetTextAsync($"count_{i}"));
                }

                Assert.Equal(0, await node.StoredEventsAsync("app"));
            }
        });
    }

    private readonly List<(string Text, int Depth)> _depths = [];

    private void AddApps()
    {
        _sim.App("app")
            .Function("work", f => f.OnMessage(), Receive)
            .Function(
                "send",
                f => f.Post().Sends("work").Sends("other/work"),
                call =>
                    call.CommitAsync(
                        new KvBatch()
                            .Enqueue("work", "now"u8)
                            .Enqueue("work", "later"u8, TimeSpan.FromSeconds(10))
                            .Enqueue("other/work", "last"u8, TimeSpan.FromSeconds(20))
                    )
            )
            .Function(
                "broken",
                f => f.OnMessage(),
                async call =>
                {
                    await Receive(call);
                    throw new InvalidOperationException("always");
                }
            );
        _sim.App("other").Function("work", f => f.OnMessage(), Receive);
    }

    private Task Receive(ScriptCall call)
    {
        Assert.Equal(TriggerKind.Message, call.Invocation.Trigger);
        _onReceive?.Invoke();
        _received.Add((call.Text, (_sim.Time.GetUtcNow() - _began).TotalSeconds));
        _depths.Add((call.Text, call.Invocation.Cascade.Depth));
        return Task.CompletedTask;
    }

    private async Task<SimNode> BootAsync()
    {
        var node = await _sim.BootAsync();
        _began = _sim.Time.GetUtcNow();
        return node;
    }

    private static async Task EnqueueAsync(SimNode node, int seconds)
    {
        var options = new MessageOptions { Delay = TimeSpan.FromSeconds(seconds) };
        var result = await node.Store("app").EnqueueTextAsync("work", $"{seconds}", options);
        Assert.True(result.IsCommitted, result.Reason);
    }

    private void AssertPunctual()
    {
        foreach (var (text, seconds) in _received)
        {
            var due = double.Parse(text, CultureInfo.InvariantCulture);
            Assert.InRange(seconds, due, due + 0.2);
        }
    }
}
