using System.Text;
using Waverless.Invocations;
using Waverless.Kv;
using Waverless.Simulation;

namespace Waverless.Timers;

/// <summary>Keys whose lifetime ends: gone for good, seen by watch, and functions start.</summary>
public sealed class ExpiryTests
{
    private static readonly PartitionId Home = new("app", 0);

    private readonly Sim _sim = new();
    private readonly List<(TriggerKind Trigger, string Key)> _ran = [];

    public ExpiryTests()
    {
        _sim.App("app")
            .Function(
                "gone",
                f => f.OnDelete("k_{}"),
                call =>
                {
                    _ran.Add((call.Invocation.Trigger, call.Text));
                    return Task.CompletedTask;
                }
            );
    }

    [Fact]
    public void A_key_that_expires_starts_what_its_removal_starts()
    {
        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            await SetAsync(node, "k_1", 1_000);
            await SetAsync(node, "k_2", 2_000);
            await node.Store("app").DeleteAsync("k_2");
            await _sim.DelayAsync(900);
            Assert.Equal("v", await node.Store("app").GetTextAsync("k_1"));
            await _sim.UntilAsync(() => _ran.Count == 2);
            await _sim.DelayAsync(5_000);
            await node.DrainedAsync("app");
            Assert.Empty(await ExpiringAsync(node));
        });

        Assert.Equal([(TriggerKind.KeyDelete, "k_2"), (TriggerKind.KeyExpired, "k_1")], _ran);
    }

    [Fact]
    public void Watch_tells_of_keys_that_expire()
    {
        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            await SetAsync(node, "a", 500);
            await SetAsync(node, "b", 700);
            await _sim.DelayAsync(2_000);
            var seen = new List<(KvChangeKind, string)>();
            await foreach (var change in node.Store("app").WatchAsync())
            {
                seen.Add((change.Kind, change.Key.ToString()));
                if (seen.Count == 4)
                {
                    break;
                }
            }

            Assert.Equal(
                [
                    (KvChangeKind.Set, "a"),
                    (KvChangeKind.Set, "b"),
                    (KvChangeKind.Expire, "a"),
                    (KvChangeKind.Expire, "b"),
                ],
                seen
            );
        });
    }

    [Fact]
    public void A_key_that_is_written_anew_lives_on()
    {
        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            await SetAsync(node, "k_1", 500);
            await SetAsync(node, "k_1", 5_000);
            await SetAsync(node, "k_2", 500);
            await node.Store("app").SetTextAsync("k_2", "for ever");
            await _sim.DelayAsync(3_000);
            Assert.Equal("v", await node.Store("app").GetTextAsync("k_1"));
            Assert.Empty(_ran);
            await _sim.UntilAsync(() => _ran.Count == 1);
            Assert.Equal("for ever", await node.Store("app").GetTextAsync("k_2"));
        });
    }

    [Fact]
    public void What_expires_while_the_node_is_down_is_worked_off_at_its_start()
    {
        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            for (var i = 0; i < 10; i++)
            {
                await SetAsync(node, $"k_{i}", 1_000 + i);
            }

            node.Crash();
            _sim.Time.Advance(TimeSpan.FromDays(40));
            node = await _sim.BootAsync();
            await _sim.UntilAsync(() => _ran.Count == 10);
            await node.DrainedAsync("app");
            Assert.Empty(await ExpiringAsync(node));
        });

        Assert.Equal(10, _ran.Distinct().Count());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_crash_in_the_middle_of_a_storm_expires_each_key_once(int crashAt)
    {
        const int Keys = 1_000;
        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            await SetManyAsync(node, Keys, 1_000);
            var left = crashAt;
            node.Engine.CrashAfter = (_, commit) => commit.EventCount > 0 && --left == 0;
            await _sim.UntilAsync(() => node.IsDead);
            node = await _sim.BootAsync();
            await _sim.UntilAsync(() => _ran.Distinct().Count() == Keys);
            await node.DrainedAsync("app");
            Assert.Empty(await ExpiringAsync(node));
            var created = 0;
            await foreach (var change in node.Store("app").WatchAsync())
            {
                created += change.Kind == KvChangeKind.Expire ? 1 : 0;
                if (created == Keys)
                {
                    break;
                }
            }
        });
    }

    [Fact]
    public void A_storm_is_paced_in_bounded_commits()
    {
        const int Keys = 5_000;
        var largest = 0;
        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            await SetManyAsync(node, Keys, 1_000);
            node.Engine.Fault = (_, commit) =>
            {
                largest = Math.Max(largest, commit.MutationCount);
                return null;
            };
            await _sim.UntilAsync(() => _ran.Count == Keys);
        });

        Assert.Equal(Keys, _ran.Distinct().Count());
        Assert.Equal(TimerLimits.ExpiriesPerCommit, largest);
    }

    [Fact]
    public void The_platforms_own_records_expire_without_a_sound()
    {
        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var commit = new Commit();
            commit.Stamp(default, _sim.Time.GetUtcNow().ToUnixTimeMilliseconds(), 0);
            commit.PutFor("k_1"u8, "v"u8, 1_000, KeyArea.System);
            Assert.True((await node.Engine.CommitAsync(Home, commit, default)).IsCommitted);
            await _sim.UntilAsync(() => node.Engine.Commits == 2);
            Assert.Empty(await ExpiringAsync(node));
        });

        Assert.Empty(_ran);
    }

    [Fact]
    public void Keys_of_an_app_that_is_not_deployed_expire_too()
    {
        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            var batch = new KvBatch().Set("k", "v"u8, TimeSpan.FromSeconds(1));
            await node.Store("nobody").CommitAsync(batch);
            await _sim.UntilAsync(() => node.Engine.Commits == 2);
            var left = await node.Engine.ReadExpiringAsync(
                new PartitionId("nobody", 0),
                0,
                long.MaxValue,
                1,
                default
            );
            Assert.Empty(left);
        });
    }

    [Fact]
    public void Keys_expire_in_the_partition_they_were_written_in()
    {
        _sim.Run(async () =>
        {
            var node = await _sim.BootAsync();
            await SetAsync(node, "k_1", 1_000);
            node.Crash();

            // In this version the key would belong to another partition.
            var again = new TestApp("app") { Partitions = 16 };
            again.Function("reader", f => f.Rpc().Reads("k_{}"), _ => Task.CompletedTask);
            _sim.Apps.Clear();
            _sim.Apps.Add(again);
            node = await _sim.BootAsync();
            Assert.NotEqual(
                0,
                node.Node.Catalog.Current.Apps["app"].Partitions.PartitionOf("k_1"u8)
            );
            await _sim.DelayAsync(2_000);
            Assert.Empty(await ExpiringAsync(node));
        });
    }

    [Fact]
    public void A_backlog_that_is_half_full_keeps_keys_from_expiring()
    {
        var sim = new Sim { Settings = new() { BacklogSoftMax = 600 } };
        var open = new TaskCompletionSource();
        var ran = 0;
        sim.App("app")
            .Function(
                "gone",
                f => f.OnDelete("k_{}"),
                async _ =>
                {
                    await open.Task;
                    ran++;
                }
            );
        sim.Run(async () =>
        {
            var node = await sim.BootAsync();
            await SetManyAsync(node, 1_000, 1_000);
            await sim.DelayAsync(5_000);
            Assert.InRange(node.Node.Backlog.Of("app"), 256, 600);
            Assert.Null(await node.Store("app").GetTextAsync("k_999"));
            open.SetResult();
            await sim.UntilAsync(() => ran == 1_000);
        });
    }

    private static async Task SetAsync(SimNode node, string key, int lifetimeMs)
    {
        var batch = new KvBatch().Set(key, "v"u8, TimeSpan.FromMilliseconds(lifetimeMs));
        var set = await node.Store("app").CommitAsync(batch);
        Assert.True(set.IsCommitted, set.Reason);
    }

    private static async Task SetManyAsync(SimNode node, int count, int lifetimeMs)
    {
        var batch = new KvBatch();
        for (var i = 0; i < count; i++)
        {
            var key = new KvKey(Encoding.UTF8.GetBytes($"k_{i}"));
            batch.Set(key, "v"u8, TimeSpan.FromMilliseconds(lifetimeMs));
        }

        var set = await node.Store("app").CommitAsync(batch);
        Assert.True(set.IsCommitted, set.Reason);
    }

    private static async Task<IReadOnlyList<ExpiringKey>> ExpiringAsync(SimNode node) =>
        await node.Engine.ReadExpiringAsync(Home, 0, long.MaxValue, int.MaxValue, default);
}
