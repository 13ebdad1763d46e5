using System.Text;
using Waverless.Invocations;
using Waverless.Simulation;

namespace Waverless.Kv.Messages;

/// <summary>Messages to functions, in the commit of the data (SEMANTICS §2, §4).</summary>
public sealed class MessageTests
{
    private readonly Sim _sim = new();
    private readonly List<string> _received = [];

    [Fact]
    public void A_message_of_host_code_starts_its_function_in_the_same_app_and_in_another()
    {
        AddApps();

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var shop = node.Store("shop");
            Assert.True((await shop.EnqueueTextAsync("pack", "one")).IsCommitted);
            Assert.True((await shop.EnqueueTextAsync("mail/send", "two")).IsCommitted);
            await ReceivedAsync(node, 2);

            Assert.Equal(["pack one", "send two"], _received.Order());
            Assert.Equal(0, await node.StoredEventsAsync("shop"));
            Assert.Equal(0, await node.StoredEventsAsync("mail"));
        });
    }

    [Fact]
    public void Without_data_a_message_takes_one_commit_and_no_outbox()
    {
        AddApps();

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var outboxes = 0;
            node.Engine.Fault = (p, commit) =>
            {
                outboxes += p.App == "shop" ? 1 : 0;
                return null;
            };
            await node.Store("shop").EnqueueTextAsync("mail/send", "x");
            await ReceivedAsync(node, 1);

            Assert.Equal(0, outboxes);
        });
    }

    [Fact]
    public void A_message_is_there_only_if_the_data_is()
    {
        AddApps();

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var batch = new KvBatch()
                .RequireAbsent("order_1")
                .Set("order_1", "x"u8)
                .Enqueue("mail/send", "first"u8);
            Assert.True((await node.Store("shop").CommitAsync(batch)).IsCommitted);
            var again = await node.Store("shop").CommitAsync(batch);
            await ReceivedAsync(node, 1);
            await _sim.DelayAsync(1_000);

            Assert.Equal(CommitStatus.ConditionFailed, again.Status);
            Assert.Equal(["send first"], _received);
        });
    }

    [Fact]
    public void A_function_sends_with_its_commit_and_not_without()
    {
        AddApps();

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var failed = await node.CallAsync("shop/order", "fail");
            var done = await node.CallAsync("shop/order", "go");
            await ReceivedAsync(node, 2);
            await _sim.DelayAsync(1_000);

            Assert.Equal(InvocationStatus.Failed, failed.Status);
            Assert.True(done.IsCompleted, done.Error);
            Assert.Equal(["pack go", "send go"], _received.Order());
            Assert.Equal("go", await node.Store("shop").GetTextAsync("order_1"));
        });
    }

    [Fact]
    public void A_cascade_counts_messages_on_both_sides_of_an_outbox()
    {
        AddApps();

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var result = await node.CallAsync("shop/order", "go", cascade: true);

            Assert.True(result.Cascade!.IsFinished);
            Assert.Equal(3, result.Cascade.Invocations);
            Assert.Equal(2, result.Cascade.LongestChain);
            Assert.Equal(0, result.Cascade.Deferred);
            Assert.Equal(2, _received.Count);
        });
    }

    [Fact]
    public void A_function_must_declare_to_whom_it_sends()
    {
        AddApps();

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var result = await node.CallAsync("shop/stranger", "mail/send");

            Assert.Equal(InvocationStatus.PermissionDenied, result.Status);
            Assert.Contains("'shop/stranger'", result.Error, StringComparison.Ordinal);
            Assert.Contains("'mail/send'", result.Error, StringComparison.Ordinal);
            Assert.Contains("'sends'", result.Error, StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData("mail/nobody", InvocationStatus.Failed, "is not deployed")]
    [InlineData("mail/quiet", InvocationStatus.PermissionDenied, "does not declare 'messages'")]
    public void A_receiver_has_to_be_there_and_take_messages(
        string target,
        InvocationStatus status,
        string why
    )
    {
        AddApps();

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var result = await node.CallAsync("shop/misled", target);

            Assert.Equal(status, result.Status);
            Assert.Contains(why, result.Error, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void Host_code_may_send_to_any_function_that_is_deployed()
    {
        AddApps();

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            Assert.True((await node.Store("shop").EnqueueTextAsync("mail/quiet", "x")).IsCommitted);
            var missing = await node.Store("shop").EnqueueTextAsync("mail/nobody", "x");
            await ReceivedAsync(node, 1);

            Assert.Equal(CommitRejection.NotDeliverable, missing.Rejection);
            Assert.Contains("'mail/nobody'", missing.Reason, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void What_is_too_large_or_too_many_is_refused_by_name()
    {
        AddApps();

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var store = node.Store("shop");
            var large = await store.EnqueueAsync(
                "pack",
                new byte[MessageLimits.PayloadBytesMax + 1]
            );
            var small = await store.EnqueueAsync("small", new byte[11]);
            var many = new KvBatch();
            for (var i = 0; i <= MessageLimits.MessagesMax; i++)
            {
                many.Enqueue("pack", "x"u8);
            }

            Assert.Equal(CommitRejection.TooLarge, large.Rejection);
            Assert.Contains("1048577 bytes", large.Reason, StringComparison.Ordinal);
            Assert.Equal(CommitRejection.TooLarge, small.Rejection);
            Assert.Contains("at most 10", small.Reason, StringComparison.Ordinal);
            var refused = await store.CommitAsync(many);
            Assert.Equal(CommitRejection.TooLarge, refused.Rejection);
            Assert.Contains("1001 messages", refused.Reason, StringComparison.Ordinal);
            var called = await node.CallAsync("shop/flood");
            Assert.Equal(InvocationStatus.TooLarge, called.Status);
        });
    }

    [Fact]
    public void An_outbox_carries_large_messages_in_commits_of_a_bounded_size()
    {
        AddApps();

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            for (var i = 0; i < 3; i++)
            {
                var batch = new KvBatch().Set("order_1", "x"u8);
                for (var j = 0; j < 10; j++)
                {
                    batch.Enqueue("mail/weigh", new byte[MessageLimits.PayloadBytesMax]);
                }

                Assert.True((await node.Store("shop").CommitAsync(batch)).IsCommitted);
            }

            await ReceivedAsync(node, 30);
            await node.DrainedAsync("shop", "mail");

            Assert.All(_received, text => Assert.Equal("weigh 1048576", text));
            Assert.Equal(0, await node.StoredEventsAsync("shop"));
        });
    }

    [Fact]
    public void With_an_ordering_key_messages_run_in_order_and_without_in_parallel()
    {
        var (atOnce, most) = (0, 0);
        _sim.App("app")
            .Function(
                "work",
                f => f.OnMessage(),
                async call =>
                {
                    most = Math.Max(most, ++atOnce);
                    await _sim.DelayAsync(20);
                    atOnce--;
                    _received.Add(call.Text);
                }
            );

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var ordered = new MessageOptions { OrderingKey = "k" };
            for (var i = 0; i < 20; i++)
            {
                await node.Store("app").EnqueueTextAsync("work", $"{i}", ordered);
            }

            await ReceivedAsync(node, 20);
            Assert.Equal(1, most);
            Assert.Equal(Enumerable.Range(0, 20).Select(i => $"{i}"), _received);
            for (var i = 0; i < 20; i++)
            {
                await node.Store("app").EnqueueTextAsync("work", $"{i}");
            }

            await ReceivedAsync(node, 40);
            Assert.True(most > 1, "nothing ran in parallel");
        });
    }

    [Fact]
    public void Of_ready_messages_those_of_high_priority_run_first_also_after_a_restart()
    {
        _sim.App("app")
            .Function(
                "work",
                f => f.OnMessage().Concurrency(1),
                async call =>
                {
                    await _sim.DelayAsync(20);
                    _received.Add(call.Text);
                }
            );

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            node.Node.Backlog.Add("app", 0);
            var batch = new KvBatch();
            foreach (var priority in Enum.GetValues<MessagePriority>().OrderDescending())
            {
                for (var i = 0; i < 50; i++)
                {
                    var text = Encoding.UTF8.GetBytes($"{priority}");
                    batch.Enqueue("work", text, priority: priority);
                }
            }

            node.Engine.CrashAfter = (_, commit) => commit.EventCount == 150;
            _ = node.Store("app").CommitAsync(batch).AsTask();
            await _sim.UntilAsync(() => node.IsDead);
            _received.Clear();
            node = await _sim.BootAsync();
            await ReceivedAsync(node, 150);

            // Up to 32 run at once, so that some of the next class begin with the last of one.
            Assert.All(_received.Take(18), text => Assert.Equal("High", text));
            Assert.All(_received.TakeLast(18), text => Assert.Equal("Low", text));
        });
    }

    [Fact]
    public void The_ordering_or_partition_key_chooses_the_partition_where_the_function_runs()
    {
        var app = _sim.App("bank");
        app.Partitions = 4;
        app.Function(
            "credit",
            f => f.OnMessage().Writes("account_{}").Reads("account_{}"),
            async call =>
            {
                await call.SetAsync($"account_{call.Text}", $"{call.Invocation.Home.Number}");
                _received.Add(call.Text);
            }
        );

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var names = Enumerable.Range(0, 16).Select(i => $"a{i}").ToList();
            foreach (var name in names)
            {
                var options =
                    name.Length % 2 == 0
                        ? new MessageOptions { OrderingKey = name }
                        : new MessageOptions { OrderingKey = "x", PartitionKey = name };
                await node.Store("bank").EnqueueTextAsync("credit", name, options);
            }

            await ReceivedAsync(node, 16);
            var homes = new HashSet<string?>();
            foreach (var name in names)
            {
                homes.Add(await node.Store("bank").GetTextAsync($"account_{name}"));
            }

            Assert.Equal(4, homes.Count);
        });
    }

    [Fact]
    public void A_full_backlog_refuses_messages_of_host_code_and_lets_functions_go_on()
    {
        _sim.Settings = _sim.Settings with { BacklogSoftMax = 5 };
        AddApps();

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            node.Node.Backlog.Add("mail", 5);
            var host = await node.Store("shop").EnqueueTextAsync("mail/send", "x");
            var function = await node.CallAsync("shop/order", "go");

            Assert.Equal(CommitRejection.Overloaded, host.Rejection);
            Assert.True(function.IsCompleted, function.Error);
            await ReceivedAsync(node, 2);
        });
    }

    [Theory]
    [InlineData("no such name!")]
    [InlineData("a/b/c")]
    [InlineData("")]
    public void What_is_no_function_is_refused_at_once(string function)
    {
        var failure = Assert.Throws<ArgumentException>(() =>
            new KvBatch().Enqueue(function, default)
        );
        Assert.Contains("app/function", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Delays_priorities_and_keys_beyond_their_bounds_are_refused_at_once()
    {
        var batch = new KvBatch();
        var tooLong = MessageLimits.DelayMax + TimeSpan.FromMilliseconds(1);
        var longKey = new string('k', 256);
        Assert.ThrowsAny<ArgumentException>(() => batch.Enqueue("f", default, tooLong));
        Assert.ThrowsAny<ArgumentException>(() =>
            batch.Enqueue("f", default, TimeSpan.FromTicks(-1))
        );
        Assert.ThrowsAny<ArgumentException>(() =>
            batch.Enqueue("f", default, priority: (MessagePriority)7)
        );
        Assert.ThrowsAny<ArgumentException>(() => batch.Enqueue("f", default, idempotencyKey: ""));
        Assert.ThrowsAny<ArgumentException>(() =>
            batch.Enqueue("f", default, orderingKey: longKey)
        );
        Assert.Equal(0, batch.Count);
    }

    private void AddApps()
    {
        _sim.App("shop")
            .Function(
                "order",
                f => f.Post().Writes("order_{}").Sends("pack").Sends("mail/send"),
                async call =>
                {
                    var text = Encoding.UTF8.GetBytes(call.Text);
                    await call.CommitAsync(
                        new KvBatch()
                            .Set("order_1", text)
                            .Enqueue("mail/send", text)
                            .Enqueue("pack", text)
                    );
                    if (call.Text == "fail")
                    {
                        throw new InvalidOperationException("after enqueueing");
                    }
                }
            )
            .Function("pack", f => f.OnMessage(), Receive)
            .Function("small", f => f.OnMessage().Body(10), Receive)
            .Function("stranger", f => f.Post(), SendAsync)
            .Function("misled", f => f.Post().Sends("mail/nobody").Sends("mail/quiet"), SendAsync)
            .Function(
                "flood",
                f => f.Post().Sends("pack"),
                async call =>
                {
                    for (var i = 0; i <= MessageLimits.MessagesMax; i++)
                    {
                        await call.CommitAsync(new KvBatch().Enqueue("pack", "x"u8));
                    }
                }
            );
        _sim.App("mail")
            .Function("send", f => f.OnMessage(), Receive)
            .Function("quiet", f => f.Post(), Receive)
            .Function(
                "weigh",
                f => f.OnMessage(),
                call =>
                {
                    _received.Add($"weigh {call.Invocation.Payload.Bytes.Length}");
                    return Task.CompletedTask;
                }
            );
    }

    private static Task SendAsync(ScriptCall call) =>
        call.CommitAsync(new KvBatch().Enqueue(call.Text, "x"u8));

    private Task Receive(ScriptCall call)
    {
        Assert.Equal(TriggerKind.Message, call.Invocation.Trigger);
        _received.Add($"{call.Invocation.Address.Function} {call.Text}");
        return Task.CompletedTask;
    }

    private async Task ReceivedAsync(SimNode node, int count)
    {
        await _sim.UntilAsync(() => _received.Count >= count || node.IsDead);
        Assert.Equal(count, _received.Count);
    }
}
