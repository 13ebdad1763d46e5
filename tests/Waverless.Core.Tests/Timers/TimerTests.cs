using Waverless.Apps;
using Waverless.Kv;
using Waverless.Simulation;

namespace Waverless.Timers;

/// <summary>Timers on a node that goes on running.</summary>
public sealed class TimerTests
{
    [Fact]
    public void A_declared_interval_fires_for_each_moment()
    {
        var story = new TimerStory(declare: f => f.Timer("1s"));
        story.Sim.Run(async () =>
        {
            await story.Sim.BootAsync();
            await story.Sim.UntilAsync(() => story.Ran.Count == 5);
        });

        Assert.Equal([1_000, 2_000, 3_000, 4_000, 5_000], story.RanMs);
        Assert.All(story.Ran, firing => Assert.Equal(("tick", 0), (firing.Name, firing.Missed)));
    }

    [Fact]
    public void A_declared_cron_expression_fires_by_the_calendar()
    {
        var story = new TimerStory(declare: f => f.Timer("*/20 * * * * *"));
        story.Sim.Run(async () =>
        {
            await story.Sim.BootAsync();
            await story.Sim.UntilAsync(() => story.Ran.Count == 4);
        });

        Assert.Equal([20_000, 40_000, 60_000, 80_000], story.RanMs);
    }

    [Fact]
    public void Many_timers_of_one_moment_fire_in_bounded_commits_and_pages()
    {
        const int Timers = 4_500;
        var story = new TimerStory();
        var (largest, page) = (0, 0);
        story.Sim.Run(async () =>
        {
            var node = await story.Sim.BootAsync();
            var batch = new KvBatch();
            for (var i = 0; i < Timers; i++)
            {
                batch.SetTimer(story.Once(5_000, $"t{i}"));
                if (batch.Count == 900)
                {
                    Assert.True((await node.Store("app").CommitAsync(batch)).IsCommitted);
                    batch.Clear();
                }
            }

            node.Engine.Fault = (_, commit) =>
            {
                largest = Math.Max(largest, commit.EventCount);
                return null;
            };
            await story.Sim.UntilAsync(() => story.Ran.Count == Timers);
            page = node.Engine.MostExpiring;
        });

        Assert.Equal(TimerLimits.FiringsPerCommit, largest);
        Assert.Equal(TimerLimits.PageMax, page);
        Assert.Equal(Timers, story.Ran.Select(firing => firing.Name).Distinct().Count());
    }

    [Fact]
    public void A_timer_of_code_carries_its_payload_and_can_be_replaced_and_deleted()
    {
        var story = new TimerStory();
        story.Sim.Run(async () =>
        {
            var node = await story.Sim.BootAsync();
            var timers = node.Node.Timers("app");
            var set = await timers.SetAsync(TimerStory.Every(1_000).WithText("one"));
            Assert.True(set.IsCommitted, set.Reason);
            await story.Sim.UntilAsync(() => story.Ran.Count == 2);
            await timers.SetAsync(TimerStory.Every(200).WithText("two"));
            await story.Sim.UntilAsync(() => story.Ran.Count == 4);
            await timers.DeleteAsync("t");
            await story.Sim.DelayAsync(5_000);

            Assert.Null(await timers.GetAsync("t"));
            Assert.Empty(await Stored(node));
        });

        Assert.Equal(["one", "one", "two", "two"], story.Payloads);
    }

    [Fact]
    public void A_moment_fires_once_and_leaves_nothing_behind()
    {
        var story = new TimerStory();
        story.Sim.Run(async () =>
        {
            var node = await story.Sim.BootAsync();
            await node.Node.Timers("app").SetAsync(story.Once(1_500));
            await node.Node.Timers("app").SetAsync(story.Once(-5_000, "past"));
            await story.Sim.DelayAsync(10_000);
            await node.DrainedAsync("app");

            Assert.Empty(await Stored(node));
            Assert.Empty(await node.Node.Timers("app").ListAsync());
        });

        Assert.Equal([-5_000, 1_500], story.RanMs);
    }

    [Fact]
    public void Timers_are_listed_page_by_page_with_their_next_moment()
    {
        var story = new TimerStory(declare: f => f.Timer("1h"));
        story.Sim.Run(async () =>
        {
            var node = await story.Sim.BootAsync();
            var timers = node.Node.Timers("app");
            await timers.SetAsync(TimerStory.Every(60_000, "b").WithText("p"));
            await timers.SetAsync(story.Once(90_000, "a"));
            var first = await timers.ListAsync(limit: 2);
            var rest = await timers.ListAsync(first[^1], limit: 2);

            Assert.Equal(["a", "b", "tick"], first.Concat(rest).Select(state => state.Timer.Name));
            Assert.Equal(
                [false, false, true],
                first.Concat(rest).Select(state => state.IsDeclared)
            );
            Assert.Equal(story.Began.AddMilliseconds(90_000), first[0].Next);
            Assert.Equal("p"u8.ToArray(), first[1].Timer.Payload.ToArray());
            Assert.Equal(first[1].Timer.When, TimerStory.Every(60_000).When);
            Assert.Equal(story.Began.AddHours(1), rest[0].Next);
            Assert.Empty(await timers.ListAsync(rest[^1]));
            Assert.Empty(await timers.ListAsync(partition: 3));
        });
    }

    [Fact]
    public void A_timer_is_set_with_the_data_of_its_batch_or_not_at_all()
    {
        var story = new TimerStory();
        story.Sim.Run(async () =>
        {
            var node = await story.Sim.BootAsync();
            var store = node.Store("app");
            var batch = new KvBatch()
                .RequirePresent("missing")
                .Set("k", "v"u8)
                .SetTimer(story.Once(100));
            Assert.Equal(CommitStatus.ConditionFailed, (await store.CommitAsync(batch)).Status);
            Assert.Equal(3, batch.Count);
            await story.Sim.DelayAsync(1_000);
            Assert.Empty(story.Ran);

            batch.Clear();
            batch.Set("k", "v"u8).SetTimer(story.Once(2_000)).DeleteTimer("other");
            Assert.True((await store.CommitAsync(batch)).IsCommitted);
            await story.Sim.UntilAsync(() => story.Ran.Count == 1);
        });
    }

    [Fact]
    public void A_timer_of_a_function_that_is_not_deployed_is_refused()
    {
        var story = new TimerStory();
        story.Sim.Run(async () =>
        {
            var node = await story.Sim.BootAsync();
            var timer = new NamedTimer("t", "nobody", TimerStory.Every(100).When);
            var refused = await node.Node.Timers("app").SetAsync(timer);
            Assert.Equal(CommitRejection.UnknownFunction, refused.Rejection);
            Assert.Contains("app/nobody", refused.Reason, StringComparison.Ordinal);
            var batch = new KvBatch().Set("k", "v"u8).SetTimer(timer);
            refused = await node.Store("app").CommitAsync(batch);
            Assert.Equal(CommitRejection.UnknownFunction, refused.Rejection);
            Assert.Null(await node.Store("app").GetTextAsync("k"));
        });
    }

    [Theory]
    [InlineData(CommitMode.Atomic)]
    [InlineData(CommitMode.Immediate)]
    public void A_function_sets_timers_with_what_it_writes(CommitMode mode)
    {
        var story = new TimerStory();
        var fails = true;
        story.App.Function(
            "plan",
            f => f.Rpc().Writes("k").Commit(mode),
            async call =>
            {
                var batch = new KvBatch().Set("k", "v"u8).SetTimer(story.Once(1_000));
                Assert.True((await call.CommitAsync(batch)).IsCommitted);
                if (fails)
                {
                    throw new InvalidOperationException("after the timer");
                }
            }
        );
        story.Sim.Run(async () =>
        {
            var node = await story.Sim.BootAsync();
            Assert.False((await node.CallAsync("app/plan")).IsCompleted);
            await story.Sim.DelayAsync(2_000);
            Assert.Equal(mode == CommitMode.Atomic ? 0 : 1, story.Ran.Count);
            fails = false;
            Assert.True((await node.CallAsync("app/plan")).IsCompleted);
            await story.Sim.DelayAsync(2_000);
            Assert.Equal(mode == CommitMode.Atomic ? 1 : 2, story.Ran.Count);
        });
    }

    [Fact]
    public void A_function_of_a_partition_sets_its_timers_there()
    {
        var story = new TimerStory();
        story.App.Partitions = 4;
        var homes = new List<int>();
        story.Work = call =>
        {
            homes.Add(call.Invocation.Home.Number);
            return Task.CompletedTask;
        };
        story.App.Function(
            "on",
            f => f.OnSet("in_{}").Reads("in_{}"),
            async call =>
            {
                var timer = TimerStory.Every(100_000_000, call.Text);
                var later = new NamedTimer(call.Text, "tick", story.Once(5_000).When);
                Assert.NotEqual(timer.When, later.When);
                await call.CommitAsync(new KvBatch().SetTimer(timer).SetTimer(later));
            }
        );
        story.Sim.Run(async () =>
        {
            var node = await story.Sim.BootAsync();
            var expected = new List<int>();
            for (var i = 0; i < 8; i++)
            {
                var key = $"in_{i}";
                await node.Store("app").SetTextAsync(key, "x");
                expected.Add(
                    node.Node.Catalog.Current.Apps["app"]
                        .Partitions.PartitionOf(System.Text.Encoding.UTF8.GetBytes(key))
                );
            }

            await story.Sim.UntilAsync(() => story.Ran.Count == 8);
            Assert.Equal(expected.Order(), homes.Order());
            Assert.True(expected.Distinct().Count() > 1, "all keys fell into one partition");
        });
    }

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 4)]
    public void Runs_overlap_only_if_asked(bool mayOverlap, int atOnce)
    {
        var story = new TimerStory();
        var (running, most) = (0, 0);
        story.Work = async _ =>
        {
            most = Math.Max(most, ++running);
            await story.Sim.DelayAsync(350);
            running--;
        };
        story.Sim.Run(async () =>
        {
            var node = await story.Sim.BootAsync();
            var timer = TimerStory.Every(100);
            timer = new NamedTimer("t", "tick", timer.When with { MayOverlap = mayOverlap });
            await node.Node.Timers("app").SetAsync(timer);
            await story.Sim.UntilAsync(() => story.Ran.Count == 8);
        });

        Assert.Equal(atOnce, most);
        Assert.Equal([100, 200, 300, 400, 500, 600, 700, 800], story.RanMs);
    }

    [Fact]
    public void A_failing_run_is_tried_again_for_the_same_moment()
    {
        var story = new TimerStory();
        var failures = 2;
        story.Work = _ =>
            failures-- > 0 ? throw new InvalidOperationException("not yet") : Task.CompletedTask;
        story.Sim.Run(async () =>
        {
            var node = await story.Sim.BootAsync();
            await node.Node.Timers("app").SetAsync(story.Once(100));
            await story.Sim.UntilAsync(() => story.Ran.Count == 1);
            await node.DrainedAsync("app");
        });

        Assert.Equal([100], story.RanMs);
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    public void A_name_must_be_one(string? name) =>
        Assert.ThrowsAny<ArgumentException>(() =>
            new NamedTimer(name!, "tick", FunctionTimer.Every(TimeSpan.FromSeconds(1)))
        );

    [Fact]
    public void Names_functions_and_payloads_are_bounded()
    {
        var when = FunctionTimer.Every(TimeSpan.FromSeconds(1));
        Assert.Throws<ArgumentException>(() => new NamedTimer(new string('x', 257), "f", when));
        Assert.Throws<ArgumentException>(() => new NamedTimer("t", "no/function", when));
        Assert.Throws<ArgumentException>(() =>
            new NamedTimer("t", "f", when) { Payload = new byte[(16 * 1024) + 1] }
        );
        Assert.Throws<ArgumentException>(() => new KvBatch().DeleteTimer(""));
        Assert.Equal(
            16 * 1024,
            new NamedTimer("t", "f", when).WithText(new string('x', 16 * 1024)).Payload.Length
        );
    }

    private static async Task<IReadOnlyList<ExpiringKey>> Stored(SimNode node) =>
        await node.Engine.ReadExpiringAsync(
            new PartitionId("app", 0),
            0,
            long.MaxValue,
            int.MaxValue,
            CancellationToken.None
        );
}
