using Waverless.Apps;
using Waverless.Kv;
using Waverless.Simulation;

namespace Waverless.Invocations;

/// <summary>Locks: fair, bounded in time, freed at the end, held until what was written counts.</summary>
public sealed class LockTests
{
    private readonly Sim _sim = new();

    [Theory]
    [InlineData(CommitMode.Atomic)]
    [InlineData(CommitMode.Immediate)]
    public void Under_a_lock_no_update_is_lost(CommitMode mode)
    {
        _sim.App("app")
            .Function(
                "add",
                f => f.Post().Reads("sum").Writes("sum").Commit(mode),
                async call =>
                {
                    await call.LockAsync("sum");
                    var sum = int.Parse(await call.GetAsync("sum") ?? "0");
                    await _sim.DelayAsync(_sim.Random.Next(20));
                    await call.SetAsync("sum", $"{sum + 1}");
                }
            );

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            node.Engine.Delay = () => _sim.Random.Next(30);
            var calls = Enumerable.Range(0, 50).Select(_ => node.CallAsync("app/add").AsTask());
            Assert.All(await Task.WhenAll(calls), result => Assert.True(result.IsCompleted));

            Assert.Equal("50", await node.Store("app").GetTextAsync("sum"));
        });
    }

    [Fact]
    public void Locks_are_given_in_the_order_in_which_they_were_asked_for()
    {
        var order = new List<string>();
        AddHolder(order, 30);

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var calls = new List<Task>();
            for (var i = 0; i < 10; i++)
            {
                calls.Add(node.CallAsync("app/hold", $"{i}").AsTask());
                await _sim.DelayAsync(10);
            }

            await Task.WhenAll(calls);
            Assert.Equal(order.Order(StringComparer.Ordinal), order);
        });
    }

    [Fact]
    public void Waiting_for_a_lock_ends_at_the_deadline_and_leaves_the_queue()
    {
        var order = new List<string>();
        AddHolder(order, 1_000);

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var first = node.CallAsync("app/hold", "1").AsTask();
            await _sim.DelayAsync(10);
            var second = await node.CallAsync(
                "app/hold",
                "2",
                timeout: TimeSpan.FromMilliseconds(300)
            );
            var third = node.CallAsync("app/hold", "3").AsTask();

            Assert.Equal(InvocationStatus.TimedOut, second.Status);
            Assert.Contains("The lock of 'k'", second.Error, StringComparison.Ordinal);
            await Task.WhenAll(first, third);
            Assert.Equal(["1", "3"], order);
        });
    }

    [Fact]
    public void The_end_of_an_invocation_frees_its_locks_also_when_it_failed()
    {
        var order = new List<string>();
        AddHolder(order, 0);

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var failed = await node.CallAsync("app/hold", "fail");
            Assert.Equal(InvocationStatus.Failed, failed.Status);

            Assert.True((await node.CallAsync("app/hold", "next")).IsCompleted);
            Assert.Equal(["fail", "next"], order);
        });
    }

    [Fact]
    public void A_lock_that_is_granted_after_the_end_goes_to_the_next()
    {
        var order = new List<string>();
        AddHolder(order, 500);
        _sim.Apps[0]
            .Function(
                "leave",
                f => f.Post().Writes("k"),
                call =>
                {
                    // Does not wait for the lock that it asked for.
                    _ = call.Host.LockAsync("k", LockMode.Write, CancellationToken.None).AsTask();
                    return Task.CompletedTask;
                }
            );

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var first = node.CallAsync("app/hold", "1").AsTask();
            await _sim.DelayAsync(10);
            Assert.True((await node.CallAsync("app/leave")).IsCompleted);
            var last = await node.CallAsync("app/hold", "2", timeout: TimeSpan.FromSeconds(10));

            Assert.True(last.IsCompleted, last.Error);
            Assert.True((await first).IsCompleted);
        });
    }

    [Fact]
    public void An_invocation_holds_at_most_sixty_four_locks()
    {
        _sim.App("app")
            .Function(
                "greedy",
                f => f.Post().Writes("k_{}"),
                async call =>
                {
                    for (var i = 0; i < 65; i++)
                    {
                        var id = await call.LockAsync($"k_{i}");
                        Assert.Equal(i + 1, id);
                    }
                }
            );

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var result = await node.CallAsync("app/greedy");

            Assert.Equal(InvocationStatus.TooLarge, result.Status);
            Assert.Contains("at most 64", result.Error, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void A_lock_is_released_once_and_only_by_its_holder()
    {
        _sim.App("app")
            .Function(
                "once",
                f => f.Post().Writes("k"),
                async call =>
                {
                    var id = await call.LockAsync("k");
                    Assert.False(call.Host.Unlock(id + 1));
                    Assert.True(call.Host.Unlock(id));
                    Assert.False(call.Host.Unlock(id));
                }
            );

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var result = await node.CallAsync("app/once");
            Assert.True(result.IsCompleted, result.Error);
        });
    }

    private void AddHolder(List<string> order, int milliseconds) =>
        _sim.App("app")
            .Function(
                "hold",
                f => f.Post().Writes("k"),
                async call =>
                {
                    await call.LockAsync("k");
                    order.Add(call.Text);
                    await _sim.DelayAsync(milliseconds);
                    if (call.Text == "fail")
                    {
                        throw new IOException("failed");
                    }
                }
            );
}
