using Waverless.Simulation;

namespace Waverless.Kv.Messages;

/// <summary>Messages with an idempotency key: enqueued once within the retention.</summary>
public sealed class MessageOnceTests
{
    private readonly Sim _sim = new();
    private readonly List<string> _received = [];

    [Theory]
    [InlineData("work")]
    [InlineData("other/work")]
    public void A_second_message_with_the_same_key_is_dropped_and_its_data_is_not(string target)
    {
        AddApps();

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            for (var i = 0; i < 3; i++)
            {
                var result = await node.Store("app")
                    .CommitAsync(
                        new KvBatch()
                            .Set($"key_{i}", "x"u8)
                            .Enqueue(target, "m"u8, idempotencyKey: "once")
                    );
                Assert.True(result.IsCommitted, result.Reason);
                await _sim.DelayAsync(100);
            }

            await node.DrainedAsync("app", "other");
            Assert.Equal(["m"], _received);
            Assert.Equal("x", await node.Store("app").GetTextAsync("key_2"));
        });
    }

    [Fact]
    public void Keys_of_other_functions_and_other_senders_do_not_stand_in_the_way()
    {
        AddApps();

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var once = new MessageOptions { IdempotencyKey = "k" };
            foreach (var sender in new[] { "app", "other" })
            {
                await node.Store(sender).EnqueueTextAsync("app/work", "1", once);
                await node.Store(sender).EnqueueTextAsync("app/more", "2", once);
            }

            await _sim.UntilAsync(() => _received.Count == 4);
        });
    }

    [Fact]
    public void After_the_retention_the_key_is_free_again()
    {
        _sim.Settings = _sim.Settings with { IdempotencyRetention = TimeSpan.FromSeconds(10) };
        AddApps();

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var once = new MessageOptions { IdempotencyKey = "k" };
            await node.Store("app").EnqueueTextAsync("work", "1", once);
            await _sim.DelayAsync(5_000);
            await node.Store("app").EnqueueTextAsync("work", "2", once);
            await _sim.DelayAsync(6_000);
            await node.Store("app").EnqueueTextAsync("work", "3", once);
            await _sim.UntilAsync(() => _received.Count == 2);

            Assert.Equal(["1", "3"], _received);
        });
    }

    [Fact]
    public void A_cascade_ends_though_a_message_was_dropped_at_its_target()
    {
        AddApps();

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var first = await node.CallAsync("app/send", "k", cascade: true);
            var second = await node.CallAsync("app/send", "k", cascade: true);

            Assert.True(first.Cascade!.IsFinished);
            Assert.Equal(3, first.Cascade.Invocations);
            Assert.True(second.Cascade!.IsFinished);
            Assert.Equal(1, second.Cascade.Invocations);
            Assert.Equal(2, _received.Count);
        });
    }

    [Fact]
    public void No_message_is_lost_and_none_doubled_whatever_crashes()
    {
        for (var seed = 1; seed <= 40; seed++)
        {
            Tell(seed);
        }
    }

    /// <summary>
    /// A sender that repeats until it has an answer, with a key per message; a store that is slow or
    /// full; two crashes. Each message takes effect once.
    /// </summary>
    private static void Tell(int seed)
    {
        var sim = new Sim(seed);
        sim.App("from")
            .Function("idle", f => f.Post(), _ => Task.CompletedTask)
            .Share("to", "nothing", Apps.KeyOperations.Get);
        sim.App("to")
            .Function(
                "count",
                f => f.OnMessage().Writes("count_{}").Reads("count_{}"),
                async call =>
                {
                    var key = $"count_{call.Text}";
                    if (sim.Random.Next(8) == 0)
                    {
                        throw new InvalidOperationException("simulated");
                    }

                    var count = int.Parse(
                        await call.GetAsync(key) ?? "0",
                        System.Globalization.CultureInfo.InvariantCulture
                    );
                    await call.SetAsync(key, $"{count + 1}");
                }
            );
        sim.Settings = sim.Settings with { AttemptsMax = 50 };
        sim.Run(() => TellAsync(sim));
    }

    private static async Task TellAsync(Sim sim)
    {
        const int Messages = 12;
        var next = 0;
        for (var boot = 1; next < Messages || boot <= 3; boot++)
        {
            var node = await sim.BootAsync();
            var left = boot < 3 ? sim.Random.Next(5, 60) : int.MaxValue;
            node.Engine.Delay = () => sim.Random.Next(4) == 0 ? sim.Random.Next(1, 30) : 0;
            node.Engine.Fault = (_, _) =>
                sim.Random.Next(15) == 0
                    ? CommitResult.Rejected(CommitRejection.StorageFull, "simulated: full")
                    : null;
            node.Engine.CrashAfter = (_, _) => --left == 0;
            while (next < Messages && !node.IsDead)
            {
                var batch = new KvBatch().Set($"sent_{next}", "x"u8);
                var text = System.Text.Encoding.UTF8.GetBytes($"{next}");
                batch.Enqueue("to/count", text, idempotencyKey: $"message-{next}");
                var sending = node.Store("from").CommitAsync(batch).AsTask();
                await sim.UntilAsync(() => sending.IsCompleted || node.IsDead);

                // Now and then the answer is lost on the way: the sender cannot know.
                var heard = sending.IsCompletedSuccessfully && sim.Random.Next(3) != 0;
                if (heard && (await sending).IsCommitted)
                {
                    next++;
                }
            }

            if (boot < 3)
            {
                var deadline = sim.DelayAsync(2_000);
                await sim.UntilAsync(() => node.IsDead || deadline.IsCompleted);
                node.Crash();
                continue;
            }

            for (var i = 0; i < Messages; i++)
            {
                string? count = null;
                while (count is null)
                {
                    await sim.DelayAsync(50);
                    count = await node.Store("to").GetTextAsync($"count_{i}");
                }
            }

            await node.DrainedAsync("from", "to");
            await sim.DelayAsync(2_000);
            for (var i = 0; i < Messages; i++)
            {
                Assert.Equal("1", await node.Store("to").GetTextAsync($"count_{i}"));
            }

            return;
        }
    }

    private void AddApps()
    {
        _sim.App("app")
            .Function("work", f => f.OnMessage(), Receive)
            .Function("more", f => f.OnMessage(), Receive)
            .Function(
                "send",
                f => f.Post().Sends("work").Sends("other/work"),
                call =>
                    call.CommitAsync(
                        new KvBatch()
                            .Enqueue("work", "1"u8, idempotencyKey: call.Text)
                            .Enqueue("other/work", "2"u8, idempotencyKey: call.Text)
                    )
            );
        _sim.App("other").Function("work", f => f.OnMessage(), Receive);
    }

    private Task Receive(ScriptCall call)
    {
        _received.Add(call.Text);
        return Task.CompletedTask;
    }
}
