using System.Globalization;
using Waverless.Apps;

namespace Waverless.Timers;

/// <summary>
/// Which moments a timer has. Daylight saving is as Cronos documents it: a moment that the clocks
/// skip comes when they go on, an expression of fixed hours fires once where the clocks repeat, one
/// of every hour or every few minutes in each of the repeated ones.
/// </summary>
public sealed class TimerScheduleTests
{
    private const string Berlin = "Europe/Berlin";

    [Fact]
    public void A_moment_in_the_hour_that_is_skipped_comes_at_its_end() =>
        Assert.Equal(
            ["2026-03-28 02:30 +01", "2026-03-29 03:00 +02", "2026-03-30 02:30 +02"],
            Moments("30 2 * * *", Berlin, "2026-03-28T00:00:00Z", 3)
        );

    [Fact]
    public void A_moment_in_the_hour_that_is_repeated_comes_once() =>
        Assert.Equal(
            ["2026-10-24 02:30 +02", "2026-10-25 02:30 +02", "2026-10-26 02:30 +01"],
            Moments("30 2 * * *", Berlin, "2026-10-24T00:00:00Z", 3)
        );

    [Fact]
    public void Every_half_hour_goes_on_through_the_hour_that_is_repeated() =>
        Assert.Equal(
            [
                "2026-10-25 02:00 +02",
                "2026-10-25 02:30 +02",
                "2026-10-25 02:00 +01",
                "2026-10-25 02:30 +01",
                "2026-10-25 03:00 +01",
            ],
            Moments("*/30 * * * *", Berlin, "2026-10-24T23:59:00Z", 5)
        );

    [Fact]
    public void Every_half_hour_leaves_out_the_hour_that_is_skipped() =>
        Assert.Equal(
            ["2026-03-29 01:30 +01", "2026-03-29 03:00 +02", "2026-03-29 03:30 +02"],
            Moments("*/30 * * * *", Berlin, "2026-03-29T00:01:00Z", 3)
        );

    [Fact]
    public void Utc_has_no_such_hours() =>
        Assert.Equal(
            ["2026-03-29 02:30 +00", "2026-03-30 02:30 +00"],
            Moments("30 2 * * *", "UTC", "2026-03-29T00:00:00Z", 2)
        );

    [Fact]
    public void Seconds_stand_first_in_six_fields() =>
        Assert.Equal(
            [5_000, 20_000, 35_000],
            Due(FunctionTimer.ByCron("5/15 * * * * *"), 5_000, 40_000, 10).Last
        );

    [Fact]
    public void An_interval_counts_from_the_moment_before() =>
        Assert.Equal(
            [1_000, 1_250, 1_500],
            Due(FunctionTimer.Every(TimeSpan.FromMilliseconds(250)), 1_000, 1_749, 10).Last
        );

    [Theory]
    [InlineData("* * * * * *")]
    [InlineData(null)]
    public void Moments_that_are_left_out_are_counted_to_the_bound(string? cron)
    {
        var timer = cron is null
            ? FunctionTimer.Every(TimeSpan.FromSeconds(1))
            : FunctionTimer.ByCron(cron);
        var all = Due(timer, 1_000, 5_000_000, TimerLimits.CatchUpMax);
        Assert.Equal(TimerLimits.CatchUpMax, all.Last.Count);
        Assert.Equal(5_000_000, all.Last[^1]);
        Assert.Equal(TimerLimits.MissedCountMax, all.Missed);
    }

    [Fact]
    public void Of_many_moments_the_last_are_kept_and_the_others_counted()
    {
        var every = Due(FunctionTimer.Every(TimeSpan.FromSeconds(1)), 1_000, 10_500, 3);
        Assert.Equal([8_000, 9_000, 10_000], every.Last);
        Assert.Equal(7, every.Missed);
        var cron = Due(FunctionTimer.ByCron("* * * * * *"), 1_000, 10_500, 3);
        Assert.Equal(every.Last, cron.Last);
        Assert.Equal(7, cron.Missed);
    }

    [Theory]
    [InlineData("* * * * * *", 1)]
    [InlineData("* * * * * *", 1_000)]
    [InlineData("0 * * * *", 1)]
    [InlineData("0 * * * *", 5)]
    [InlineData("30 4 1 * *", 1)]
    [InlineData("59 59 23 31 12 *", 2)]
    public void After_years_the_last_moments_are_found_and_no_others(string expression, int max)
    {
        var timer = FunctionTimer.ByCron(expression);
        Assert.True(TimerSchedule.TryCreate(timer, out var schedule, out _));
        var first = schedule.After(0)!.Value;
        var now = new DateTimeOffset(2026, 6, 7, 8, 9, 10, TimeSpan.Zero).ToUnixTimeMilliseconds();
        var due = schedule.Due(first, now, max);

        Assert.Equal(max, due.Last.Count);
        Assert.True(schedule.After(due.Last[^1]) > now);
        for (var i = 1; i < due.Last.Count; i++)
        {
            Assert.Equal(due.Last[i], schedule.After(due.Last[i - 1]));
        }
    }

    [Theory]
    [InlineData("* * * *", "fields")]
    [InlineData("* * * * * * *", "fields")]
    [InlineData("61 * * * *", "is not one")]
    [InlineData("a b c d e", "is not one")]
    [InlineData("0 0 30 2 *", "names no moment")]
    public void A_bad_expression_is_refused_with_a_reason(string expression, string reason)
    {
        var refused = Assert.Throws<ArgumentException>(() => FunctionTimer.ByCron(expression));
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
        Assert.Contains(expression, refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Europe/Atlantis")]
    [InlineData("/etc/passwd")]
    [InlineData("../../etc/passwd")]
    public void An_unknown_zone_is_refused(string zone)
    {
        var refused = Assert.Throws<ArgumentException>(() =>
            FunctionTimer.ByCron("* * * * *", zone)
        );
        Assert.Contains(zone, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Intervals_and_moments_are_bounded()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            FunctionTimer.Every(TimeSpan.FromMilliseconds(99))
        );
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            FunctionTimer.Every(TimeSpan.FromDays(367))
        );
        Assert.Throws<ArgumentOutOfRangeException>(() =>
            FunctionTimer.Once(DateTimeOffset.UnixEpoch)
        );
    }

    [Theory]
    [InlineData("30s", "30s")]
    [InlineData("0  3 * * *", "0 3 * * *")]
    public void A_timer_reads_as_its_manifest_says_it(string text, string expected) =>
        Assert.Equal(expected, Apps.Reading.TimerSyntax.Parse(text)?.ToString());

    [Fact]
    public void Whatever_differs_from_the_defaults_shows_in_its_text()
    {
        var timer = FunctionTimer.ByCron("0 3 * * *", Berlin) with
        {
            Misfire = MisfirePolicy.Skip,
            MayOverlap = true,
        };
        Assert.Equal("0 3 * * * Europe/Berlin misfire Skip overlap", timer.ToString());
    }

    private static DueMoments Due(FunctionTimer timer, long nextMs, long nowMs, int max) =>
        TimerSchedule.TryCreate(timer, out var schedule, out _)
            ? schedule.Due(nextMs, nowMs, max)
            : default;

    private static List<string> Moments(string expression, string zone, string after, int count)
    {
        var timer = FunctionTimer.ByCron(expression, zone);
        Assert.True(TimerSchedule.TryCreate(timer, out var schedule, out _));
        Assert.True(CronSyntax.TryFindZone(zone, out var info, out _));
        var moment = DateTimeOffset
            .Parse(after, CultureInfo.InvariantCulture)
            .ToUnixTimeMilliseconds();
        var found = new List<string>();
        for (var i = 0; i < count; i++)
        {
            moment = schedule.After(moment)!.Value;
            var local = TimeZoneInfo.ConvertTime(
                DateTimeOffset.FromUnixTimeMilliseconds(moment),
                info
            );
            found.Add(local.ToString("yyyy-MM-dd HH:mm zz", CultureInfo.InvariantCulture));
        }

        return found;
    }
}
