using Waverless.Simulation;

namespace Waverless.Invocations;

/// <summary>Refusals, queues, deadlines and nesting of calls.</summary>
public sealed class InvokerTests
{
    private readonly Sim _sim = new();

    [Fact]
    public void What_does_not_exist_is_named_with_what_does()
    {
        _sim.App("app").Function("here", null, _ => Task.CompletedTask);

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var function = await node.CallAsync("app/there");
            var app = await node.CallAsync("nobody/there");

            Assert.Equal(InvocationStatus.NotFound, function.Status);
            Assert.Equal("The app 'app' has no function 'there'; it has: here.", function.Error);
            Assert.Equal(InvocationStatus.NotFound, app.Status);
            Assert.Contains("'nobody'", app.Error, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void A_call_before_the_node_is_ready_waits_for_it()
    {
        _sim.App("app").Function("here", null, _ => Task.CompletedTask);

        _sim.Run(async () =>
        {
            var node = _sim.Build();
            var early = node.CallAsync("app/here").AsTask();
            await _sim.DelayAsync(1_000);
            Assert.False(early.IsCompleted);
            await node.StartAsync();

            Assert.True((await early).IsCompleted);
        });
    }

    [Fact]
    public void Beyond_concurrency_and_queue_a_call_is_refused()
    {
        AddSlow(f => f.Post().Concurrency(1).Queue(1), 1_000);

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var first = node.CallAsync("app/slow").AsTask();
            var second = node.CallAsync("app/slow").AsTask();
            var third = await node.CallAsync("app/slow");

            Assert.Equal(InvocationStatus.QueueFull, third.Status);
            Assert.Contains(
                "'app/slow' is full (1 waiting)",
                third.Error,
                StringComparison.Ordinal
            );
            Assert.True((await first).IsCompleted);
            Assert.True((await second).IsCompleted);
        });
    }

    [Fact]
    public void The_time_in_the_queue_counts_against_the_deadline()
    {
        var deadlines = new List<Deadline>();
        _sim.App("app")
            .Function(
                "slow",
                f => f.Post().Concurrency(1),
                async call =>
                {
                    deadlines.Add(call.Invocation.Deadline);
                    await _sim.DelayAsync(1_000);
                }
            );

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var timeout = TimeSpan.FromMilliseconds(1_500);
            var first = node.CallAsync("app/slow", timeout: timeout).AsTask();
            var second = node.CallAsync("app/slow", timeout: timeout).AsTask();
            var third = await node.CallAsync("app/slow", timeout: TimeSpan.FromMilliseconds(200));

            Assert.Equal(InvocationStatus.TimedOut, third.Status);
            Assert.Contains("did not begin", third.Error, StringComparison.Ordinal);
            Assert.True((await first).IsCompleted);
            await second;
            Assert.Equal(2, deadlines.Count);
            Assert.Equal(deadlines[0], deadlines[1]);
        });
    }

    [Fact]
    public void Who_goes_away_in_the_queue_leaves_it()
    {
        AddSlow(f => f.Post().Concurrency(1).Queue(1), 1_000);

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            using var away = new CancellationTokenSource();
            var first = node.CallAsync("app/slow").AsTask();
            var second = node.CallAsync("app/slow", ct: away.Token).AsTask();
            away.Cancel();
            var third = node.CallAsync("app/slow").AsTask();

            Assert.Equal(InvocationStatus.Cancelled, (await second).Status);
            Assert.True((await first).IsCompleted);
            Assert.True((await third).IsCompleted);
        });
    }

    [Fact]
    public void A_body_over_the_limit_is_refused()
    {
        AddSlow(f => f.Post().Body(4), 0);

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();

            Assert.True((await node.CallAsync("app/slow", "1234")).IsCompleted);
            var result = await node.CallAsync("app/slow", "12345");
            Assert.Equal(InvocationStatus.PayloadTooLarge, result.Status);
        });
    }

    [Fact]
    public void A_function_that_does_not_declare_rpc_is_not_called_by_others()
    {
        _sim.App("app")
            .Answers("caller", f => f.Post(), async call => await call.CallAsync("app/web"))
            .Function("web", f => f.Post(), _ => Task.CompletedTask);

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var result = await node.CallAsync("app/caller");

            Assert.Equal(InvocationStatus.NotCallable, result.Status);
            Assert.Equal("'app/caller': 'app/web' does not declare 'rpc'.", result.Error);
        });
    }

    [Fact]
    public void Nested_calls_end_at_depth_sixteen()
    {
        var deepest = 0;
        _sim.App("app")
            .Answers(
                "again",
                f => f.Post().Rpc().Concurrency(1),
                async call =>
                {
                    deepest = Math.Max(deepest, call.Invocation.CallDepth);
                    return await call.CallAsync("app/again");
                }
            );

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var result = await node.CallAsync("app/again");

            Assert.Equal(InvocationStatus.Overloaded, result.Status);
            Assert.Contains("at depth 17", result.Error, StringComparison.Ordinal);
            Assert.Equal(FunctionInvoker.CallDepthMax, deepest);
            Assert.Equal(0, node.Node.Catalog.Current.Apps["app"].Functions["again"].Gate.Active);
        });
    }

    [Fact]
    public void A_nested_call_inherits_deadline_and_cancellation()
    {
        Invocation? inner = null;
        _sim.App("app")
            .Function("caller", f => f.Post(), async call => await call.CallAsync("app/callee"))
            .Function(
                "callee",
                f => f.Rpc(),
                call =>
                {
                    inner = call.Invocation;
                    Assert.True(call.Cancellation.CanBeCanceled);
                    return Task.CompletedTask;
                }
            );

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            await node.CallAsync("app/caller", timeout: TimeSpan.FromSeconds(2));

            Assert.Equal(TriggerKind.Rpc, inner!.Trigger);
            Assert.Equal(TimeSpan.FromSeconds(2), inner.Deadline.Remaining(_sim.Time));
        });
    }

    [Fact]
    public void A_replaced_version_finishes_what_it_began()
    {
        var app = AddSlow(f => f.Post(), 500);

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var running = node.CallAsync("app/slow").AsTask();
            await _sim.DelayAsync(100);
            app.Remove("slow");
            app.Function("other", f => f.Post(), _ => Task.CompletedTask);
            await node.Node.Deployer.DeployAsync(_sim.Runtime.Version(app), default);

            Assert.Equal(InvocationStatus.NotFound, (await node.CallAsync("app/slow")).Status);
            Assert.True((await node.CallAsync("app/other")).IsCompleted);
            Assert.True((await running).IsCompleted);
        });
    }

    private TestApp AddSlow(
        Action<Waverless.Runtime.Managed.FunctionBuilder> declare,
        int milliseconds
    ) => _sim.App("app").Function("slow", declare, _ => _sim.DelayAsync(milliseconds));
}
