using Waverless.Apps;
using Waverless.Invocations;
using Waverless.Kv;
using Waverless.Simulation;

namespace Waverless.Transactions;

/// <summary>Conflicts: what they cost, when they end, and what they leave behind.</summary>
public sealed class RerunTests
{
    private readonly Sim _sim = new();
    private readonly List<int> _attempts = [];

    [Fact]
    public void Fifty_that_add_to_one_key_all_add()
    {
        AddCounter(f => f.Post(), () => _sim.Random.Next(30));

        Tell(async node =>
        {
            node.Engine.Delay = () => _sim.Random.Next(10);
            var calls = Enumerable.Range(0, 50).Select(_ => node.CallAsync("app/add").AsTask());
            Assert.All(await Task.WhenAll(calls), result => Assert.True(result.IsCompleted));

            Assert.Equal("50", await node.Store("app").GetTextAsync("sum"));
            Assert.True(_attempts.Count > 50, "nobody met a conflict");
            Assert.True(node.Node.Runner.Turns.AreFree);
        });
    }

    [Fact]
    public void A_conflict_costs_an_event_no_attempt_and_does_not_complete_it()
    {
        AddCounter(f => f.OnSet("in_{}"), () => _sim.Random.Next(30));

        Tell(async node =>
        {
            for (var i = 0; i < 30; i++)
            {
                await node.Store("app").SetTextAsync($"in_{i}", "x");
            }

            await node.DrainedAsync("app");
            Assert.Equal("30", await node.Store("app").GetTextAsync("sum"));
            Assert.True(_attempts.Count > 30, "nobody met a conflict");
            Assert.All(_attempts, attempt => Assert.Equal(1, attempt));
            Assert.Equal(0, await node.StoredEventsAsync("app"));
        });
    }

    [Fact]
    public void After_five_conflicts_other_functions_let_it_go_first()
    {
        AddCounter(f => f.Post(), () => 0);
        var slowRuns = 0;
        _sim.Apps[0]
            .Function(
                "slow",
                f => f.Post().Reads("sum").Writes("seen"),
                async call =>
                {
                    slowRuns++;
                    var sum = await call.GetAsync("sum");
                    await _sim.DelayAsync(200);
                    await call.SetAsync("seen", sum ?? "");
                }
            );

        Tell(async node =>
        {
            var slow = node.CallAsync("app/slow").AsTask();
            var adding = new List<Task<InvocationResult>>();
            while (!slow.IsCompleted)
            {
                adding.Add(node.CallAsync("app/add").AsTask());
                await _sim.DelayAsync(50);
            }

            // Five that were overtaken, and one that nobody could overtake.
            Assert.True((await slow).IsCompleted, (await slow).Error);
            Assert.InRange(
                slowRuns,
                TransactionLimits.ConflictsMax + 1,
                TransactionLimits.ConflictsMax + 2
            );
            Assert.All(await Task.WhenAll(adding), result => Assert.True(result.IsCompleted));
            Assert.Equal($"{adding.Count}", await node.Store("app").GetTextAsync("sum"));
        });
    }

    [Fact]
    public void Against_writes_that_wait_for_nobody_it_runs_until_its_deadline()
    {
        AddCounter(f => f.Post(), () => 60);

        Tell(async node =>
        {
            var running = node.CallAsync("app/add", timeout: TimeSpan.FromSeconds(3)).AsTask();
            for (var i = 0; !running.IsCompleted; i++)
            {
                await node.Store("app").SetTextAsync("sum", $"{i}");
                await _sim.DelayAsync(20);
            }

            Assert.Equal(InvocationStatus.Conflict, (await running).Status);
            Assert.Contains("app/add", (await running).Error, StringComparison.Ordinal);
            Assert.True(_attempts.Count > TransactionLimits.ConflictsMax + 2);
            Assert.True(node.Node.Runner.Turns.AreFree);

            var after = await node.CallAsync("app/add");
            Assert.True(after.IsCompleted, after.Error);
        });
    }

    [Fact]
    public void A_turn_is_given_up_before_waiting_for_others()
    {
        // The one with the turn calls a function that commits in the same partition, and locks a
        // key that is held by a function which waits for the turn.
        var app = _sim.App("app");
        app.Function(
            "outer",
            f => f.Post().Reads("sum").Writes("seen").Writes("k"),
            async call =>
            {
                await call.GetAsync("sum");
                await _sim.DelayAsync(40);
                var inner = await call.CallAsync("app/inner");
                Assert.True(inner.IsCompleted, inner.Error);
                await call.LockAsync("k");
                await call.SetAsync("seen", "x");
            }
        );
        app.Function(
            "inner",
            f => f.Rpc().Writes("inner_{}"),
            call => call.SetAsync($"inner_{_sim.Random.Next(1_000)}", "x")
        );
        app.Function(
            "holder",
            f => f.Post().Writes("k"),
            async call =>
            {
                await call.LockAsync("k");
                await _sim.DelayAsync(30);
                await call.SetAsync("k", "x");
            }
        );

        Tell(async node =>
        {
            var outers = Enumerable
                .Range(0, 4)
                .Select(_ => node.CallAsync("app/outer").AsTask())
                .ToList();
            var others = new List<Task<InvocationResult>>();
            for (var i = 0; i < 20; i++)
            {
                await node.Store("app").SetTextAsync("sum", $"{i}");
                others.Add(node.CallAsync("app/holder").AsTask());
                await _sim.DelayAsync(30);
            }

            Assert.All(
                await Task.WhenAll(outers.Concat(others)),
                result => Assert.True(result.IsCompleted, result.Error)
            );
        });
    }

    [Theory]
    [InlineData("throw", InvocationStatus.Failed)]
    [InlineData("late", InvocationStatus.TimedOut)]
    public void What_fails_leaves_nothing_and_no_turn(string how, InvocationStatus status)
    {
        _sim.App("app")
            .Function(
                "fail",
                f => f.Post().Reads("k_{}").Writes("k_{}"),
                async call =>
                {
                    await call.GetAsync("k_a");
                    await call.SetAsync("k_a", "x");
                    await call.ScanAsync("k_");
                    if (how == "throw")
                    {
                        throw new IOException("after all");
                    }

                    await _sim.DelayAsync(500);
                    throw new InvocationRefusedException(InvocationStatus.TimedOut, "late");
                }
            );

        Tell(async node =>
        {
            var result = await node.CallAsync("app/fail", timeout: TimeSpan.FromMilliseconds(300));

            Assert.Equal(status, result.Status);
            Assert.Equal(0, node.Engine.Commits);
            Assert.True(node.Node.Runner.Turns.AreFree);
        });
    }

    [Theory]
    [InlineData(1_000, false)]
    [InlineData(1_001, true)]
    public void A_run_reads_a_thousand_keys_at_most(int reads, bool isTooMany)
    {
        _sim.App("app")
            .Function(
                "read",
                f => f.Post().Reads("k_{}").Writes("k_{}"),
                async call =>
                {
                    for (var i = 0; i < reads; i++)
                    {
                        await call.GetAsync($"k_{i}");
                        await call.GetAsync("k_0");
                    }

                    await call.SetAsync("k_a", "x");
                }
            );

        Tell(async node =>
        {
            var result = await node.CallAsync("app/read");

            Assert.Equal(isTooMany, result.Status == InvocationStatus.TooManyReads);
            Assert.Equal(isTooMany, !result.IsCompleted);
        });
    }

    [Theory]
    [InlineData(IsolationMode.Serializable, InvocationStatus.TooManyReads)]
    [InlineData(IsolationMode.Snapshot, InvocationStatus.Completed)]
    public void A_run_scans_sixty_four_ranges_at_most(IsolationMode mode, InvocationStatus status)
    {
        _sim.App("app")
            .Function(
                "scan",
                f => f.Post().Reads("{}_{}").Isolation(mode),
                async call =>
                {
                    for (var i = 0; i < 65; i++)
                    {
                        await call.ScanAsync($"p{i:00}_");
                    }
                }
            );

        Tell(async node =>
        {
            var result = await node.CallAsync("app/scan");
            Assert.Equal(status, result.Status);
        });
    }

    [Fact]
    public void The_pages_of_one_scan_are_one_range()
    {
        var seen = 0;
        _sim.App("app")
            .Function(
                "scan",
                f => f.Post().Reads("k_{}").Writes("n"),
                async call =>
                {
                    var range = KvRange.Prefix("k_", 1);
                    while (true)
                    {
                        var page = await call.Host.ScanAsync(range, call.Cancellation);
                        seen += page.Entries.Count;
                        if (page.Next is not { } next)
                        {
                            break;
                        }

                        range = range with { From = next };
                    }

                    await call.SetAsync("n", $"{seen}");
                }
            );

        Tell(async node =>
        {
            var batch = new KvBatch();
            for (var i = 0; i < 100; i++)
            {
                batch.Set($"k_{i}", "x"u8);
            }

            await node.Store("app").CommitAsync(batch);
            var result = await node.CallAsync("app/scan");
            Assert.True(result.IsCompleted, result.Error);
            Assert.Equal(100, seen);
        });
    }

    private void AddCounter(
        Func<Runtime.Managed.FunctionBuilder, Runtime.Managed.FunctionBuilder> starts,
        Func<int> milliseconds
    ) =>
        _sim.App("app")
            .Function(
                "add",
                f => starts(f).Reads("sum").Writes("sum"),
                async call =>
                {
                    _attempts.Add(call.Invocation.Attempt);
                    var sum = int.Parse(await call.GetAsync("sum") ?? "0");
                    if (milliseconds() is > 0 and var wait)
                    {
                        await _sim.DelayAsync(wait);
                    }

                    await call.SetAsync("sum", $"{sum + 1}");
                }
            );

    private void Tell(Func<SimNode, Task> story) =>
        _sim.Run(async () => await story(await _sim.BootAsync()));
}
