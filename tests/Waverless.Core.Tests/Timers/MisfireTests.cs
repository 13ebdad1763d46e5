using Waverless.Apps;

namespace Waverless.Timers;

/// <summary>What becomes of moments that passed while nothing ran, or the clock jumped.</summary>
public sealed class MisfireTests
{
    [Theory]
    [InlineData(MisfirePolicy.Last, 30_500, new long[] { 30_000 }, 29)]
    [InlineData(MisfirePolicy.Skip, 30_500, new long[] { 30_000 }, 29)]
    [InlineData(MisfirePolicy.All, 4_500, new long[] { 1_000, 2_000, 3_000, 4_000 }, 0)]
    [InlineData(MisfirePolicy.Last, 3_600_500, new long[] { 3_600_000 }, 100)]
    public void After_a_pause_the_policy_says_which_moments_run(
        MisfirePolicy policy,
        int pauseMs,
        long[] expected,
        int missed
    )
    {
        var story = new TimerStory();
        story.Sim.Run(async () =>
        {
            await SetAndCrashAsync(story, FunctionTimer.Every(TimeSpan.FromSeconds(1)), policy);
            story.Sim.Time.Advance(TimeSpan.FromMilliseconds(pauseMs));
            await story.Sim.BootAsync();
            await story.Sim.UntilAsync(() => story.Ran.Count == expected.Length + 1);
        });

        var next = expected[^1] + 1_000;
        Assert.Equal([.. expected, next], story.RanMs);
        Assert.Equal(missed, story.Ran[0].Missed);
        Assert.Equal(0, story.Ran[1].Missed);
    }

    [Fact]
    public void A_moment_of_long_ago_is_skipped_where_that_is_asked_for()
    {
        var story = new TimerStory();
        story.Sim.Run(async () =>
        {
            await SetAndCrashAsync(
                story,
                FunctionTimer.Every(TimeSpan.FromHours(1)),
                MisfirePolicy.Skip
            );
            story.Sim.Time.Advance(TimeSpan.FromMinutes(150));
            await story.Sim.BootAsync();
            await story.Sim.DelayAsync(10_000);
            Assert.Empty(story.Ran);
            story.Sim.Time.Advance(TimeSpan.FromMinutes(30));
            await story.Sim.UntilAsync(() => story.Ran.Count == 1);
        });

        Assert.Equal([3 * 3_600_000], story.RanMs);
    }

    [Fact]
    public void A_single_moment_of_long_ago_is_skipped_and_gone()
    {
        var story = new TimerStory();
        story.Sim.Run(async () =>
        {
            var node = await story.Sim.BootAsync();
            var timers = node.Node.Timers("app");
            var when = story.Once(1_000).When with { Misfire = MisfirePolicy.Skip };
            await timers.SetAsync(new NamedTimer("t", "tick", when));
            node.Crash();
            story.Sim.Time.Advance(TimeSpan.FromMinutes(5));
            node = await story.Sim.BootAsync();
            await story.Sim.DelayAsync(1_000);
            Assert.Null(await node.Node.Timers("app").GetAsync("t"));
        });

        Assert.Empty(story.Ran);
    }

    [Fact]
    public void All_makes_up_for_the_last_thousand_and_counts_the_others()
    {
        var story = new TimerStory();
        story.Sim.Run(async () =>
        {
            await SetAndCrashAsync(
                story,
                FunctionTimer.Every(TimeSpan.FromSeconds(1)),
                MisfirePolicy.All
            );
            story.Sim.Time.Advance(TimeSpan.FromSeconds(1_050));
            await story.Sim.BootAsync();
            await story.Sim.UntilAsync(() => story.Ran.Count > 1_000);
        });

        var expected = Enumerable.Range(51, 1_001).Select(second => second * 1_000L);
        Assert.Equal(expected, story.RanMs.Take(1_001));
        Assert.Equal(50, story.Ran[0].Missed);
        Assert.All(story.Ran.Skip(1), firing => Assert.Equal(0, firing.Missed));
    }

    [Fact]
    public void A_wait_longer_than_any_timer_of_the_system_ends_on_time()
    {
        var story = new TimerStory();
        story.Sim.Run(async () =>
        {
            var node = await story.Sim.BootAsync();
            var moment = (int)TimeSpan.FromDays(20).TotalMilliseconds;
            var far = new NamedTimer(
                "far",
                "tick",
                FunctionTimer.Once(story.Began.AddMilliseconds(moment).AddDays(180))
            );
            await node.Node.Timers("app").SetAsync(far);
            for (var days = 0; days < 200; days++)
            {
                Assert.Empty(story.Ran);
                story.Sim.Time.Advance(TimeSpan.FromDays(1) - TimeSpan.FromSeconds(1));
                await story.Sim.DelayAsync(500);
            }

            story.Sim.Time.Advance(TimeSpan.FromSeconds(110));
            await story.Sim.UntilAsync(() => story.Ran.Count == 1);
        });

        Assert.Equal([(long)TimeSpan.FromDays(200).TotalMilliseconds], story.RanMs);
    }

    [Fact]
    public void A_clock_that_jumps_ahead_is_noticed_within_a_minute_and_fires_once()
    {
        var story = new TimerStory(declare: f => f.Timer("1h"));
        story.Sim.Run(async () =>
        {
            await story.Sim.BootAsync();
            await story.Sim.DelayAsync(1_000);

            // The clock is set; what waits for a span of time goes on waiting.
            story.Sim.Time.AdjustTime(story.Sim.Time.GetUtcNow().AddHours(3));
            await story.Sim.DelayAsync(1_000);
            Assert.Empty(story.Ran);
            await story.Sim.DelayAsync(60_000);
            Assert.Equal([3 * 3_600_000], story.RanMs);
            Assert.Equal(2, story.Ran[0].Missed);
            await story.Sim.DelayAsync(200_000);
            Assert.Single(story.Ran);
        });
    }

    [Fact]
    public void A_clock_that_jumps_back_fires_nothing_twice()
    {
        var story = new TimerStory(declare: f => f.Timer("10s"));
        story.Sim.Run(async () =>
        {
            await story.Sim.BootAsync();
            await story.Sim.UntilAsync(() => story.Ran.Count == 3);
            story.Sim.Time.AdjustTime(story.Sim.Time.GetUtcNow().AddSeconds(-25));
            await story.Sim.DelayAsync(30_000);
            Assert.Equal(3, story.Ran.Count);
            await story.Sim.UntilAsync(() => story.Ran.Count == 5);
        });

        Assert.Equal([10_000, 20_000, 30_000, 40_000, 50_000], story.RanMs);
    }

    private static async Task SetAndCrashAsync(
        TimerStory story,
        FunctionTimer when,
        MisfirePolicy policy
    )
    {
        var node = await story.Sim.BootAsync();
        var timer = new NamedTimer("t", "tick", when with { Misfire = policy });
        var set = await node.Node.Timers("app").SetAsync(timer);
        Assert.True(set.IsCommitted, set.Reason);
        node.Crash();
    }
}
