using Waverless.Apps;
using Waverless.Kv;
using Waverless.Simulation;

namespace Waverless.Timers;

/// <summary>Timers across crashes, refused commits and other versions of their app.</summary>
public sealed class TimerRecoveryTests
{
    public static TheoryData<int, bool> Crashes
    {
        get
        {
            var data = new TheoryData<int, bool>();
            for (var commit = 1; commit <= 14; commit++)
            {
                data.Add(commit, true);
                data.Add(commit, false);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Crashes))]
    public void A_crash_at_any_commit_loses_no_moment_and_commits_none_twice(int at, bool after)
    {
        var story = new TimerStory();
        story.App.Function("count", f => f.OnSet("seen_{}"), _ => Task.CompletedTask);
        CountInStore(story);
        story.Sim.Run(async () =>
        {
            var node = await story.Sim.BootAsync();
            var left = at;
            bool Dies(PartitionId p, Commit c) => --left == 0;
            node.Engine.CrashAfter = after ? Dies : null;
            node.Engine.CrashBefore = after ? null : Dies;
            var setting = SetAsync(node, story);
            await story.Sim.UntilAsync(() => node.IsDead || setting.IsCompleted);
            await story.Sim.UntilAsync(() => node.IsDead || IsAt(story, 2_000));
            node.Crash();
            node = await story.Sim.BootAsync();
            await SetAsync(node, story);
            await story.Sim.UntilAsync(() => IsAt(story, 4_500));
            await node.DrainedAsync("app");
            for (var ms = 600; ms <= 4_200; ms += 600)
            {
                Assert.Equal("1", await node.Store("app").GetTextAsync($"seen_{ms}"));
            }
        });
    }

    [Fact]
    public void What_the_store_refuses_fires_later()
    {
        var story = new TimerStory();
        story.Sim.Run(async () =>
        {
            var node = await story.Sim.BootAsync();
            await SetAsync(node, story);
            node.Engine.Fault = (_, _) =>
                CommitResult.Rejected(CommitRejection.StorageFull, "simulated: full");
            await story.Sim.DelayAsync(2_000);
            Assert.Empty(story.Ran);
            node.Engine.Fault = null;
            node.Engine.Throws = (_, _) => true;
            await story.Sim.DelayAsync(2_000);
            Assert.Empty(story.Ran);
            node.Engine.Throws = null;
            await story.Sim.UntilAsync(() => story.Ran.Count == 7);
        });

        Assert.Equal([600, 1_200, 1_800, 2_400, 3_000, 3_600, 4_200], story.RanMs);
    }

    [Fact]
    public void A_commit_without_an_answer_fires_no_moment_twice()
    {
        var story = new TimerStory();
        CountInStore(story);
        story.Sim.Run(async () =>
        {
            var node = await story.Sim.BootAsync();
            await SetAsync(node, story);
            var left = 3;
            PartitionId? lost = null;
            node.Engine.Answer = (p, commit, result) =>
            {
                if (commit.EventCount == 0 || --left < 0)
                {
                    return result;
                }

                lost = p;
                return new CommitResult(CommitStatus.Unknown, default);
            };
            await story.Sim.UntilAsync(() => IsAt(story, 4_500));
            Assert.NotNull(lost);
            await node.DrainedAsync("app");
        });

        Assert.Equal([600, 1_200, 1_800, 2_400, 3_000, 3_600, 4_200], story.RanMs);
    }

    [Fact]
    public void An_unchanged_timer_keeps_its_next_moment_when_its_app_is_deployed_anew()
    {
        var story = new TimerStory(declare: f => f.Timer("10s"));
        story.Sim.Run(async () =>
        {
            var node = await story.Sim.BootAsync();
            await story.Sim.DelayAsync(7_000);
            story.App.Function("other", f => f.Rpc(), _ => Task.CompletedTask);
            await DeployAsync(node, story);
            await story.Sim.UntilAsync(() => story.Ran.Count == 1);
            node.Crash();
            await story.Sim.DelayAsync(7_000);
            await story.Sim.BootAsync();
            await story.Sim.UntilAsync(() => story.Ran.Count == 2);
        });

        Assert.Equal([10_000, 20_000], story.RanMs);
    }

    [Fact]
    public void A_changed_timer_counts_anew_and_one_that_is_gone_stops()
    {
        var story = new TimerStory(declare: f => f.Timer("10s"));
        story.Sim.Run(async () =>
        {
            var node = await story.Sim.BootAsync();
            await story.Sim.DelayAsync(7_000);
            Redeclare(story, "3s");
            await DeployAsync(node, story);
            await story.Sim.UntilAsync(() => story.Ran.Count == 2);
            Redeclare(story, null);
            await DeployAsync(node, story);
            await story.Sim.DelayAsync(20_000);
            Assert.Equal(2, story.Ran.Count);
            Assert.Empty(await node.Node.Timers("app").ListAsync());
        });

        Assert.Equal([10_000, 13_000], story.RanMs.Select(ms => ms / 10 * 10));
    }

    [Fact]
    public void A_timer_that_was_removed_while_the_node_was_down_does_not_fire_at_its_start()
    {
        var story = new TimerStory(declare: f => f.Timer("10s"));
        story.Sim.Run(async () =>
        {
            var node = await story.Sim.BootAsync();
            node.Crash();
            await story.Sim.DelayAsync(15_000);
            Redeclare(story, null);
            await story.Sim.BootAsync();
            await story.Sim.DelayAsync(15_000);
        });

        Assert.Empty(story.Ran);
    }

    [Fact]
    public void A_timer_rests_while_its_function_is_not_deployed()
    {
        var story = new TimerStory();
        var gone = new TestApp("app").Function("else", f => f.Rpc(), _ => Task.CompletedTask);
        story.Sim.Run(async () =>
        {
            var node = await story.Sim.BootAsync();
            await SetAsync(node, story);
            await node.Node.Deployer.DeployAsync(story.Sim.Runtime.Version(gone), default);
            await story.Sim.DelayAsync(10_000);
            Assert.Empty(story.Ran);
            Assert.Empty(await node.DeadAsync("app", "tick"));
            Assert.NotNull(await node.Node.Timers("app").GetAsync("t"));
            await DeployAsync(node, story);
            await story.Sim.UntilAsync(() => story.Ran.Count == 20);
        });

        Assert.Equal(Enumerable.Range(1, 20).Select(n => n * 600L), story.RanMs);
    }

    [Fact]
    public void A_backlog_that_is_half_full_keeps_timers_waiting()
    {
        var story = new TimerStory { Sim = { Settings = new() { BacklogSoftMax = 20 } } };
        var open = new TaskCompletionSource();
        story.Work = _ => open.Task;
        story.Sim.Run(async () =>
        {
            var node = await story.Sim.BootAsync();
            await SetAsync(node, story);
            await story.Sim.DelayAsync(20_000);
            Assert.Equal(10, node.Node.Backlog.Of("app"));
            open.SetResult();
            await story.Sim.UntilAsync(() => story.Ran.Count == 40);
        });

        Assert.Equal(Enumerable.Range(1, 40).Select(n => n * 600L), story.RanMs);
    }

    [Fact]
    public void Paused_triggers_pause_timers_and_expiry()
    {
        var story = new TimerStory();
        story.Sim.Run(async () =>
        {
            var node = await story.Sim.BootAsync();
            await SetAsync(node, story);
            await story.Sim.UntilAsync(() => story.Ran.Count == 2);
            await node.Node.Triggers.PauseAsync();
            var store = node.Store("app");
            await store.CommitAsync(new KvBatch().Set("k", "v"u8, TimeSpan.FromSeconds(1)));
            await story.Sim.DelayAsync(100);
            var commits = node.Engine.Commits;
            await story.Sim.DelayAsync(10_000);
            Assert.Equal(commits, node.Engine.Commits);
            Assert.Null(await store.GetTextAsync("k"));
            await node.Node.Triggers.ResumeAsync();
            await story.Sim.UntilAsync(() => story.Ran.Count == 30);
            var left = await node.Engine.ReadExpiringAsync(
                new PartitionId("app", 0),
                0,
                long.MaxValue,
                10,
                default
            );
            Assert.All(left, key => Assert.Equal(KeyArea.System, key.Area));
        });

        Assert.Equal(Enumerable.Range(1, 30).Select(n => n * 600L), story.RanMs);
    }

    [Fact]
    public void A_node_that_stops_fires_nothing_more()
    {
        var story = new TimerStory(declare: f => f.Timer("1s"));
        story.Sim.Run(async () =>
        {
            var node = await story.Sim.BootAsync();
            await story.Sim.DelayAsync(2_500);
            await node.Node.StopAsync(CancellationToken.None);
            await story.Sim.DelayAsync(5_000);
            Assert.Equal(2, story.Ran.Count);
            await story.Sim.BootAsync();
            await story.Sim.UntilAsync(() => story.Ran.Count == 3);
        });

        Assert.Equal([1_000, 2_000, 7_000], story.RanMs);
        Assert.Equal(4, story.Ran[2].Missed);
    }

    private static bool IsAt(TimerStory story, int ms) =>
        story.Sim.Time.GetUtcNow() >= story.Began.AddMilliseconds(ms);

    /// <summary>Sets a timer whose moments count from the story's beginning, once.</summary>
    private static async Task SetAsync(SimNode node, TimerStory story)
    {
        if (await node.Node.Timers("app").GetAsync("t") is not null)
        {
            return;
        }

        var when = FunctionTimer.Every(TimeSpan.FromMilliseconds(600)) with
        {
            Misfire = MisfirePolicy.All,
        };
        var commit = new Commit();
        TimerChange.Set(
            commit,
            TimerKeys.TimerOf("t", isDeclared: false),
            new TimerRecord { Function = "tick", When = when },
            story.Began.ToUnixTimeMilliseconds()
        );
        var set = await node.Engine.CommitAsync(new PartitionId("app", 0), commit, default);
        Assert.True(set.IsCommitted, set.Reason);
    }

    /// <summary>The function counts its moments in the store, as part of its transaction.</summary>
    private static void CountInStore(TimerStory story)
    {
        story.App.Remove("tick");
        story.App.Function(
            "tick",
            f => f.Rpc().Reads("seen_{}").Writes("seen_{}"),
            async call =>
            {
                var firing = TimerStory.FiringOf(call.Invocation);
                var ms = (long)(firing.Scheduled - story.Began).TotalMilliseconds;
                var before = int.Parse(await call.GetAsync($"seen_{ms}") ?? "0");
                await call.SetAsync($"seen_{ms}", $"{before + 1}");
                story.Ran.Add(firing);
            }
        );
    }

    private static void Redeclare(TimerStory story, string? timer)
    {
        var script = story.App.Scripts["tick"];
        story.App.Remove("tick");
        story.App.Answers("tick", f => _ = timer is null ? f.Rpc() : f.Timer(timer), script);
    }

    private static Task<Apps.DeployedApp> DeployAsync(SimNode node, TimerStory story) =>
        node.Node.Deployer.DeployAsync(story.Sim.Runtime.Version(story.App), default);
}
