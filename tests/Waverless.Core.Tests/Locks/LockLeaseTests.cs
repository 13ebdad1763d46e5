using Waverless.Apps;
using Waverless.Invocations;
using Waverless.Kv;
using Waverless.Simulation;

namespace Waverless.Locks;

/// <summary>Leases: what ends them, and that nobody writes under a lock that has ended.</summary>
public sealed class LockLeaseTests
{
    private readonly Sim _sim = new();

    [Fact]
    public void A_lease_that_ends_frees_the_key_and_refuses_what_its_holder_writes()
    {
        _sim.App("app");
        Tell(async node =>
        {
            var store = node.Store("app");
            var stale = await store.LockAsync("k", lease: TimeSpan.FromSeconds(1));
            Assert.True(await CommitsAsync(store, stale, "first"));

            var waiting = store.LockAsync("k").AsTask();
            await _sim.DelayAsync(900);
            Assert.False(waiting.IsCompleted);
            Assert.False(stale.Lost.IsCancellationRequested);
            await _sim.DelayAsync(200);
            await using var next = await waiting;

            Assert.True(stale.Lost.IsCancellationRequested);
            Assert.True(next.Token.Number > stale.Token.Number);
            Assert.False(await CommitsAsync(store, stale, "stale"));
            Assert.True(await CommitsAsync(store, next, "next"));
            Assert.Equal("next", await store.GetTextAsync("k"));

            await stale.DisposeAsync();
            Assert.True(await CommitsAsync(store, next, "still"));
        });
    }

    [Fact]
    public void A_lock_without_a_lease_of_its_own_is_renewed_until_it_is_disposed()
    {
        _sim.App("app");
        Tell(async node =>
        {
            var store = node.Store("app");
            var held = await store.LockAsync("k");
            var waiting = store.LockAsync("k").AsTask();
            await _sim.DelayAsync(5 * LockLeases.LeaseSeconds * 1_000);

            Assert.False(waiting.IsCompleted);
            Assert.True(await CommitsAsync(store, held, "x"));
            await held.DisposeAsync();
            await (await waiting).DisposeAsync();
            Assert.False(await CommitsAsync(store, held, "y"));
        });
    }

    [Theory]
    [InlineData(CommitMode.Atomic)]
    [InlineData(CommitMode.Immediate)]
    public void A_function_that_lost_its_lock_writes_nothing(CommitMode mode)
    {
        _sim.App("app")
            .Function(
                "slow",
                f => f.Post().Writes("k").Commit(mode).Timeout(TimeSpan.FromMinutes(5)),
                async call =>
                {
                    await call.LockAsync("k");
                    await _sim.DelayAsync(2 * LockLeases.LeaseSeconds * 1_000);
                    await call.SetAsync("k", "stale");
                }
            );

        Tell(async node =>
        {
            var slow = node.CallAsync("app/slow").AsTask();
            await _sim.DelayAsync(100);
            var isFull = true;
            node.Engine.Fault = (_, _) =>
                isFull ? CommitResult.Rejected(CommitRejection.StorageFull, "full") : null;
            await _sim.DelayAsync((LockLeases.LeaseSeconds + 15) * 1_000);
            isFull = false;
            await using var next = await node.Store("app").LockAsync("k");

            Assert.Equal(InvocationStatus.LockLost, (await slow).Status);
            Assert.Contains("'k'", (await slow).Error, StringComparison.Ordinal);
            Assert.Null(await node.Store("app").GetTextAsync("k"));
        });
    }

    [Theory]
    [InlineData(CommitMode.Atomic)]
    [InlineData(CommitMode.Immediate)]
    public void The_store_refuses_a_stale_holder_that_does_not_know_it(CommitMode mode)
    {
        _sim.App("app")
            .Function(
                "slow",
                f => f.Post().Writes("k").Commit(mode),
                async call =>
                {
                    await call.LockAsync("k");
                    await _sim.DelayAsync(100);
                    await call.SetAsync("k", "stale");
                }
            );

        Tell(async node =>
        {
            var slow = node.CallAsync("app/slow").AsTask();
            await _sim.DelayAsync(50);

            // As another leader of the partition would: the record goes, the holder hears nothing.
            var record = Assert.Single(await RecordsAsync(node));
            var commit = new Commit();
            commit.Delete(record.Span, KeyArea.System);
            await node.Engine.CommitAsync(new PartitionId("app", 0), commit, default);

            Assert.Equal(InvocationStatus.LockLost, (await slow).Status);
            Assert.Null(await node.Store("app").GetTextAsync("k"));
        });
    }

    [Fact]
    public void A_restart_frees_what_the_process_before_has_held()
    {
        _sim.App("app")
            .Function(
                "hold",
                f => f.Post().Writes("k"),
                async call =>
                {
                    await call.LockAsync("k");
                    await _sim.DelayAsync(20_000);
                }
            );

        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var before = await node.Store("app").LockAsync("k2");
            _ = node.CallAsync("app/hold").AsTask();
            await _sim.DelayAsync(50);
            node.Crash();

            node = await _sim.BootAsync();
            await using var first = await node.Store("app").LockAsync("k");
            await using var second = await node.Store("app").LockAsync("k2");
            Assert.True(second.Token.Number > before.Token.Number);
            Assert.True(await CommitsAsync(node.Store("app"), first, "x"));
        });
    }

    [Fact]
    public void Readers_share_a_writer_excludes_and_nobody_overtakes()
    {
        var inside = new List<string>();
        var order = new List<string>();
        _sim.App("app")
            .Function(
                "use",
                f => f.Post().Reads("k").Writes("k"),
                async call =>
                {
                    var isReader = call.Text.StartsWith('r');
                    await call.LockAsync("k", isReader ? LockMode.Read : LockMode.Write);
                    Assert.DoesNotContain(inside, name => !isReader || name[0] == 'w');
                    inside.Add(call.Text);
                    order.Add(string.Join('+', inside));
                    await _sim.DelayAsync(100);
                    inside.Remove(call.Text);
                }
            );

        Tell(async node =>
        {
            var calls = new List<Task<InvocationResult>>();
            foreach (var name in new[] { "r1", "r2", "w1", "r3", "r4", "w2" })
            {
                calls.Add(node.CallAsync("app/use", name).AsTask());
                await _sim.DelayAsync(10);
            }

            Assert.All(await Task.WhenAll(calls), result => Assert.True(result.IsCompleted));
            var names = Sorted(order).ToList();
            Assert.Equal(["r1", "r1+r2", "w1"], names[..3]);
            Assert.StartsWith("r", names[3], StringComparison.Ordinal);
            Assert.Equal(["r3+r4", "w2"], names[4..]);
        });
    }

    [Fact]
    public void A_lock_for_reading_needs_no_more_than_reading()
    {
        _sim.App("app")
            .Function("read", f => f.Post().Reads("k"), call => call.LockAsync("k", LockMode.Read))
            .Function("write", f => f.Post().Reads("k"), call => call.LockAsync("k"));

        Tell(async node =>
        {
            Assert.True((await node.CallAsync("app/read")).IsCompleted);
            var refused = await node.CallAsync("app/write");
            Assert.Equal(InvocationStatus.PermissionDenied, refused.Status);
        });
    }

    [Fact]
    public void An_atomic_function_keeps_what_it_has_unlocked_until_its_commit()
    {
        _sim.App("app")
            .Function(
                "add",
                f => f.Post().Reads("k").Writes("k").Isolation(IsolationMode.Snapshot),
                async call =>
                {
                    var id = await call.LockAsync("k");
                    var sum = int.Parse(await call.GetAsync("k") ?? "0");
                    await call.SetAsync("k", $"{sum + 1}");
                    Assert.True(call.Host.Unlock(id));
                    await _sim.DelayAsync(20);
                    Assert.NotEqual(id, await call.LockAsync("k"));
                }
            );

        Tell(async node =>
        {
            var calls = Enumerable.Range(0, 20).Select(_ => node.CallAsync("app/add").AsTask());
            Assert.All(
                await Task.WhenAll(calls),
                result => Assert.True(result.IsCompleted, result.Error)
            );
            Assert.Equal("20", await node.Store("app").GetTextAsync("k"));
        });
    }

    [Fact]
    public void Own_conditions_keep_their_numbers_under_a_lock()
    {
        var result = default(CommitResult);
        _sim.App("app")
            .Function(
                "claim",
                f => f.Post().Reads("k_{}").Writes("k_{}").Commit(CommitMode.Immediate),
                async call =>
                {
                    await call.LockAsync("k_b");
                    result = await call.CommitAsync(
                        new KvBatch().RequireAbsent("k_b").RequireAbsent("k_a").Set("k_b", "x"u8)
                    );
                }
            );

        Tell(async node =>
        {
            await node.Store("app").SetTextAsync("k_a", "taken");
            Assert.True((await node.CallAsync("app/claim")).IsCompleted);
            Assert.Equal(CommitStatus.ConditionFailed, result.Status);
            Assert.Equal(1, result.FailedCondition);
        });
    }

    [Fact]
    public void An_atomic_function_locks_in_the_partition_that_it_commits_in()
    {
        var app = _sim.App("app");
        app.Partitions = 4;
        app.Function(
            "lock",
            f => f.Post().Writes("k_{}"),
            async call =>
            {
                for (var i = 0; i < 20; i++)
                {
                    await call.LockAsync($"k_{i}");
                }
            }
        );

        Tell(async node =>
        {
            var result = await node.CallAsync("app/lock");
            Assert.Equal(InvocationStatus.PermissionDenied, result.Status);
            Assert.Contains("commit: immediate", result.Error, StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData(CommitMode.Atomic)]
    [InlineData(CommitMode.Immediate)]
    public void Locks_leave_no_records_behind(CommitMode mode)
    {
        _sim.App("app")
            .Function(
                "use",
                f => f.Post().Writes("k_{}").Commit(mode),
                async call =>
                {
                    await call.LockAsync("k_a");
                    await call.SetAsync("k_a", "x");
                }
            );

        Tell(async node =>
        {
            for (var i = 0; i < 30; i++)
            {
                Assert.True((await node.CallAsync("app/use")).IsCompleted);
            }

            await (await node.Store("app").LockAsync("k_a")).DisposeAsync();
            Assert.Empty(await RecordsAsync(node));
            var partition = new PartitionId("app", 0);
            Assert.Empty(
                await node.Engine.ReadExpiringAsync(partition, 0, long.MaxValue, 100, default)
            );
        });
    }

    [Fact]
    public void A_lock_that_cannot_be_written_down_is_not_held()
    {
        _sim.App("app");
        Tell(async node =>
        {
            node.Engine.Fault = (_, _) =>
                CommitResult.Rejected(CommitRejection.StorageFull, "simulated: full");
            var refused = await Assert.ThrowsAsync<InvocationRefusedException>(async () =>
                await node.Store("app").LockAsync("k")
            );
            Assert.Equal(InvocationStatus.StorageFull, refused.Status);

            node.Engine.Fault = null;
            await (await node.Store("app").LockAsync("k")).DisposeAsync();
        });
    }

    [Fact]
    public void Waiting_ends_with_its_token_and_leaves_the_queue()
    {
        _sim.App("app");
        Tell(async node =>
        {
            var store = node.Store("app");
            var held = await store.LockAsync("k");
            using var giveUp = new CancellationTokenSource();
            var waiting = store.LockAsync("k", ct: giveUp.Token).AsTask();
            var last = store.LockAsync("k").AsTask();
            await _sim.DelayAsync(20);
            await giveUp.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
            Assert.False(last.IsCompleted);

            await held.DisposeAsync();
            await (await last).DisposeAsync();
        });
    }

    [Theory]
    [InlineData(0)]
    [InlineData(25 * 3_600_000L)]
    public void A_lease_out_of_range_is_misuse(long milliseconds)
    {
        _sim.App("app");
        Tell(node =>
            Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () =>
                await node.Store("app")
                    .LockAsync("k", lease: TimeSpan.FromMilliseconds(milliseconds))
            )
        );
    }

    private static async Task<bool> CommitsAsync(IKvStore store, KvLock held, string value)
    {
        var bytes = System.Text.Encoding.UTF8.GetBytes(value);
        return (
            await store.CommitAsync(new KvBatch().RequireLock(held).Set("k", bytes))
        ).IsCommitted;
    }

    private static async Task<List<KvKey>> RecordsAsync(SimNode node)
    {
        var page = await node.Engine.ScanAsync(
            new PartitionId("app", 0),
            KvRange.Prefix("lock/"),
            ReadOptions.System,
            default
        );
        return [.. page.Entries.Select(entry => entry.Key)];
    }

    /// <summary>What readers that are let in together say of each other, in one order.</summary>
    private static IEnumerable<string> Sorted(List<string> order) =>
        order.Select(names => string.Join('+', names.Split('+').Order(StringComparer.Ordinal)));

    private void Tell(Func<SimNode, Task> story) =>
        _sim.Run(async () => await story(await _sim.BootAsync()));
}
