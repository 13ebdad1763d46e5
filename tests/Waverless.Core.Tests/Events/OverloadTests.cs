using Waverless.Invocations;
using Waverless.Kv;
using Waverless.Simulation;

namespace Waverless.Events;

/// <summary>Overload refuses roots, never what they have set in motion (SEMANTICS §4).</summary>
public sealed class OverloadTests
{
    private readonly Sim _sim = new()
    {
        Settings = new() { BacklogSoftMax = 10, BacklogHardMax = 40 },
    };

    [Fact]
    public void At_the_soft_bound_roots_are_refused_and_triggered_work_drains()
    {
        var open = false;
        var leaves = 0;
        _sim.App("app")
            .Function("root", f => f.Post(), _ => Task.CompletedTask)
            .Function(
                "on",
                f => f.OnSet("in_{}").Writes("leaf_{}"),
                async call =>
                {
                    await _sim.UntilAsync(() => open);
                    Assert.Equal(1, call.Invocation.Attempt);
                    await call.SetAsync($"leaf_{call.Text["in_".Length..]}", "x");
                }
            )
            .Function(
                "leaf",
                f => f.OnSet("leaf_{}"),
                _ =>
                {
                    leaves++;
                    return Task.CompletedTask;
                }
            );

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            for (var i = 0; i < 10; i++)
            {
                Assert.True((await node.Store("app").SetTextAsync($"in_{i}", "x")).IsCommitted);
            }

            var write = await node.Store("app").SetTextAsync("in_11", "x");
            Assert.Equal(CommitRejection.Overloaded, write.Rejection);
            Assert.Contains("'app' is 10", write.Reason, StringComparison.Ordinal);
            Assert.Null(await node.Store("app").GetTextAsync("in_11"));
            var free = await node.Store("app").SetTextAsync("nobody-cares", "x");
            Assert.True(free.IsCommitted);
            var call = await node.CallAsync("app/root");
            Assert.Equal(InvocationStatus.Overloaded, call.Status);

            open = true;
            await node.DrainedAsync("app");

            Assert.Equal(10, leaves);
            Assert.Empty(await node.DeadAsync("app", "on"));
            Assert.True((await node.CallAsync("app/root")).IsCompleted);
        });
    }

    [Fact]
    public void At_the_hard_bound_writes_fail_full_and_park_until_there_is_room()
    {
        _sim.App("app")
            .Function(
                "on",
                f => f.OnSet("in_{}").Writes("leaf_{}"),
                async call =>
                {
                    Assert.Equal(1, call.Invocation.Attempt);
                    var batch = new KvBatch();
                    for (var i = 0; i < 20; i++)
                    {
                        batch.Set($"leaf_{call.Text["in_".Length..]}-{i}", "x"u8);
                    }

                    await call.CommitAsync(batch);
                }
            )
            .Function("leaf", f => f.OnSet("leaf_{}"), _ => _sim.DelayAsync(30));

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var batch = new KvBatch();
            for (var i = 0; i < 9; i++)
            {
                batch.Set($"in_{i}", "x"u8);
            }

            await node.Store("app").CommitAsync(batch);
            await _sim.UntilAsync(() => node.Node.Backlog.Of("app") >= 40);
            var write = await node.Store("app").SetTextAsync("in_x", "x");
            Assert.Equal(CommitRejection.StorageFull, write.Rejection);
            await node.DrainedAsync("app");

            Assert.Empty(await node.DeadAsync("app", "on"));
            Assert.Empty(await node.DeadAsync("app", "leaf"));
            Assert.Equal("x", await node.Store("app").GetTextAsync("leaf_8-19"));
        });
    }
}
