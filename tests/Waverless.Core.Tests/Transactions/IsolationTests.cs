using Waverless.Apps;
using Waverless.Kv;
using Waverless.Simulation;

namespace Waverless.Transactions;

/// <summary>What others may and may not change between a run's reads and its commit.</summary>
public sealed class IsolationTests
{
    private readonly Sim _sim = new();
    private int _runs;

    [Fact]
    public void A_run_whose_read_was_changed_runs_again_and_sees_the_change()
    {
        Add(
            f => f.Post().Reads("k_{}").Writes("k_{}"),
            async call =>
            {
                var value = await call.GetAsync("k_a");
                await _sim.DelayAsync(100);
                await call.SetAsync("k_b", $"of {value}");
            }
        );

        Tell(async node =>
        {
            await node.Store("app").SetTextAsync("k_a", "old");
            var running = node.CallAsync("app/run").AsTask();
            await _sim.DelayAsync(50);
            await node.Store("app").SetTextAsync("k_a", "new");

            Assert.True((await running).IsCompleted);
            Assert.Equal(2, _runs);
            Assert.Equal("of new", await node.Store("app").GetTextAsync("k_b"));
        });
    }

    [Fact]
    public void A_key_that_was_absent_must_still_be_absent()
    {
        Add(
            f => f.Post().Reads("k_{}").Writes("k_{}"),
            async call =>
            {
                var isFree = await call.GetAsync("k_a") is null;
                await _sim.DelayAsync(100);
                await call.SetAsync("k_b", isFree ? "was free" : "was taken");
            }
        );

        Tell(async node =>
        {
            var running = node.CallAsync("app/run").AsTask();
            await _sim.DelayAsync(50);
            await node.Store("app").SetTextAsync("k_a", "x");
            await running;

            Assert.Equal("was taken", await node.Store("app").GetTextAsync("k_b"));
        });
    }

    [Theory]
    [InlineData("k_b", false)]
    [InlineData("k_d", true)]
    public void A_scan_meets_no_phantom(string phantom, bool isOutside)
    {
        Add(
            f => f.Post().Reads("{}_{}").Writes("{}_{}"),
            async call =>
            {
                var page = await call.Host.ScanAsync(
                    new KvRange("k_a", "k_z", 2),
                    call.Cancellation
                );
                await _sim.DelayAsync(100);
                var seen = page.Entries.Select(entry => entry.Key.ToString());
                await call.SetAsync("r_1", string.Join(',', seen));
            }
        );

        Tell(async node =>
        {
            await node.Store("app").CommitAsync(new KvBatch().Set("k_a", ""u8).Set("k_c", ""u8));
            await node.Store("app").SetTextAsync("k_cc", "");
            var running = node.CallAsync("app/run").AsTask();
            await _sim.DelayAsync(50);
            await node.Store("app").SetTextAsync(phantom, "x");
            await running;

            // The page ends at its limit: what comes behind it was not looked at.
            Assert.Equal(isOutside ? 1 : 2, _runs);
            Assert.Equal(
                isOutside ? "k_a,k_c" : "k_a,k_b",
                await node.Store("app").GetTextAsync("r_1")
            );
        });
    }

    [Theory]
    [InlineData(IsolationMode.Serializable, 1)]
    [InlineData(IsolationMode.Snapshot, 0)]
    public void Only_snapshot_isolation_lets_a_write_skew_pass(IsolationMode mode, int onDuty)
    {
        // Whoever goes off duty makes sure that the other one stays.
        Add(
            f => f.Post().Reads("duty_{}").Writes("duty_{}").Isolation(mode),
            async call =>
            {
                var one = await call.GetAsync("duty_one");
                var other = await call.GetAsync("duty_other");
                await _sim.DelayAsync(100);
                if (one == "yes" && other == "yes")
                {
                    await call.SetAsync(call.Text, "no");
                }
            }
        );

        Tell(async node =>
        {
            var store = node.Store("app");
            await store.CommitAsync(
                new KvBatch().Set("duty_one", "yes"u8).Set("duty_other", "yes"u8)
            );
            await Task.WhenAll(
                node.CallAsync("app/run", "duty_one").AsTask(),
                node.CallAsync("app/run", "duty_other").AsTask()
            );

            var states = new[]
            {
                await store.GetTextAsync("duty_one"),
                await store.GetTextAsync("duty_other"),
            };
            Assert.Equal(onDuty, states.Count(state => state == "yes"));
        });
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Snapshot_isolation_loses_no_update_of_a_key_that_was_read(int reads)
    {
        Add(
            f => f.Post().Reads("k_{}").Writes("k_{}").Isolation(IsolationMode.Snapshot),
            async call =>
            {
                var sum = int.Parse(await call.GetAsync("k_sum") ?? "0");
                for (var i = 1; i < reads; i++)
                {
                    await call.GetAsync($"k_{i}");
                }

                await _sim.DelayAsync(_sim.Random.Next(20));
                await call.SetAsync("k_sum", $"{sum + 1}");
            }
        );

        Tell(async node =>
        {
            var calls = Enumerable.Range(0, 20).Select(_ => node.CallAsync("app/run").AsTask());
            Assert.All(await Task.WhenAll(calls), result => Assert.True(result.IsCompleted));
            Assert.Equal("20", await node.Store("app").GetTextAsync("k_sum"));
            Assert.True(_runs > 20);
        });
    }

    [Fact]
    public void All_reads_of_a_run_see_one_state()
    {
        var differences = 0;
        Add(
            f => f.Post().Reads("k_{}"),
            async call =>
            {
                var values = new List<string?>();
                foreach (var key in new[] { "k_a", "k_b", "k_c", "k_a" })
                {
                    values.Add(await call.GetAsync(key));
                    await _sim.DelayAsync(20);
                }

                differences += values.Distinct().Count() > 1 ? 1 : 0;
            }
        );

        Tell(async node =>
        {
            var calls = Enumerable.Range(0, 10).Select(_ => node.CallAsync("app/run").AsTask());
            var all = Task.WhenAll(calls);
            for (var i = 0; !all.IsCompleted; i++)
            {
                var batch = new KvBatch();
                foreach (var key in new[] { "k_a", "k_b", "k_c" })
                {
                    batch.Set(key, System.Text.Encoding.UTF8.GetBytes($"{i}"));
                }

                await node.Store("app").CommitAsync(batch);
                await _sim.DelayAsync(10 * _sim.Random.Next(1, 30));
            }

            Assert.All(await all, result => Assert.True(result.IsCompleted, result.Error));
            Assert.Equal(0, differences);
        });
    }

    [Fact]
    public void A_value_whose_time_has_passed_before_the_commit_was_not_there()
    {
        Add(
            f => f.Post().Reads("k_{}").Writes("k_{}"),
            async call =>
            {
                var seen = await call.ScanAsync("k_");
                await _sim.DelayAsync(100);
                await call.SetAsync("k_z", $"{seen.Count}");
            }
        );

        Tell(async node =>
        {
            var lifetime = TimeSpan.FromMilliseconds(50);
            await node.Store("app").CommitAsync(new KvBatch().Set("k_a", "x"u8, lifetime));
            await node.CallAsync("app/run");

            Assert.Equal(2, _runs);
            Assert.Equal("0", await node.Store("app").GetTextAsync("k_z"));
        });
    }

    [Fact]
    public void Reads_alone_and_writes_alone_meet_no_conflict()
    {
        Add(
            f => f.Post().Reads("k_{}").Writes("k_{}"),
            async call =>
            {
                if (call.Text == "read")
                {
                    await call.GetAsync("k_a");
                }

                await _sim.DelayAsync(100);
                if (call.Text == "write")
                {
                    await call.SetAsync("k_a", "mine");
                }
            }
        );

        Tell(async node =>
        {
            foreach (var what in new[] { "read", "write" })
            {
                var running = node.CallAsync("app/run", what).AsTask();
                await _sim.DelayAsync(50);
                await node.Store("app").SetTextAsync("k_a", "other");
                Assert.True((await running).IsCompleted);
            }

            Assert.Equal(2, _runs);
            Assert.Equal("mine", await node.Store("app").GetTextAsync("k_a"));
        });
    }

    private void Add(
        Action<Runtime.Managed.FunctionBuilder> declare,
        Func<ScriptCall, Task> script
    ) =>
        _sim.App("app")
            .Function(
                "run",
                declare,
                call =>
                {
                    _runs++;
                    return script(call);
                }
            );

    private void Tell(Func<SimNode, Task> story) =>
        _sim.Run(async () => await story(await _sim.BootAsync()));
}
