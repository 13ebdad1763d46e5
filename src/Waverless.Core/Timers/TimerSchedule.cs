using System.Diagnostics.CodeAnalysis;
using Cronos;
using Waverless.Apps;

namespace Waverless.Timers;

/// <summary>Computes the moments of a timer, in Unix milliseconds. Immutable.</summary>
internal sealed class TimerSchedule
{
    /// <summary>Spans in which the last moment is looked for, from now backwards.</summary>
    private static readonly long[] Spans =
    [
        60_000,
        3_600_000,
        86_400_000,
        32 * 86_400_000L,
        1_024 * 86_400_000L,
        32_768 * 86_400_000L,
    ];

    private readonly long _intervalMs;
    private readonly CronExpression? _cron;
    private readonly TimeZoneInfo _zone;

    private TimerSchedule(long intervalMs, CronExpression? cron, TimeZoneInfo zone)
    {
        _intervalMs = intervalMs;
        _cron = cron;
        _zone = zone;
    }

    /// <summary>Fails where the machine does not know the timer's zone.</summary>
    public static bool TryCreate(
        FunctionTimer timer,
        [NotNullWhen(true)] out TimerSchedule? schedule,
        [NotNullWhen(false)] out string? reason
    )
    {
        schedule = null;
        reason = null;
        CronExpression? cron = null;
        var zone = TimeZoneInfo.Utc;
        if (
            timer.Cron is { } expression
            && !(
                CronSyntax.TryParse(expression, out cron, out reason)
                && CronSyntax.TryFindZone(timer.Zone, out zone, out reason)
            )
        )
        {
            return false;
        }

        schedule = new TimerSchedule((long)(timer.Interval?.TotalMilliseconds ?? 0), cron, zone);
        return true;
    }

    /// <summary>The first moment of a timer that is set now; null if none ever comes.</summary>
    public static long? First(FunctionTimer timer, long nowMs) =>
        timer.At is { } moment ? moment.ToUnixTimeMilliseconds()
        : TryCreate(timer, out var schedule, out _) ? schedule.After(nowMs)
        : null;

    /// <summary>The moment that follows another one; null if none does.</summary>
    public long? After(long momentMs) =>
        _cron is not null ? Cron(momentMs)
        : _intervalMs > 0 ? momentMs + _intervalMs
        : null;

    /// <summary>Which moments are due.</summary>
    /// <param name="nextMs">The first that was not run for; not after now.</param>
    /// <param name="nowMs">Now.</param>
    /// <param name="lastMax">Of more than these the earlier ones are only counted.</param>
    public DueMoments Due(long nextMs, long nowMs, int lastMax)
    {
        if (_cron is null)
        {
            return Regular(nextMs, nowMs, lastMax);
        }

        var moments = new Queue<long>();
        var missed = 0;
        for (long? moment = nextMs; moment <= nowMs; moment = Cron(moment.Value))
        {
            moments.Enqueue(moment.Value);
            if (moments.Count > lastMax)
            {
                moments.Dequeue();
                missed++;
            }

            if (missed >= TimerLimits.MissedCountMax)
            {
                return new DueMoments([.. LastOfCron(nextMs, nowMs, lastMax)], missed);
            }
        }

        return new DueMoments([.. moments], missed);
    }

    private DueMoments Regular(long nextMs, long nowMs, int lastMax)
    {
        var count = _intervalMs == 0 ? 1 : ((nowMs - nextMs) / _intervalMs) + 1;
        var missed = Math.Max(0, count - lastMax);
        var moments = new long[count - missed];
        for (var i = 0; i < moments.Length; i++)
        {
            moments[i] = nextMs + ((missed + i) * _intervalMs);
        }

        return new DueMoments(moments, (int)Math.Min(missed, TimerLimits.MissedCountMax));
    }

    /// <summary>
    /// The last moments before now, found without walking through all that have passed.
    /// </summary>
    private Queue<long> LastOfCron(long nextMs, long nowMs, int lastMax)
    {
        var last = new Queue<long>();
        foreach (var span in Spans)
        {
            var begin = Math.Max(nextMs - 1, nowMs - span);
            last.Clear();
            for (var moment = Cron(begin); moment <= nowMs; moment = Cron(moment.Value))
            {
                last.Enqueue(moment.Value);
                if (last.Count > lastMax)
                {
                    last.Dequeue();
                }
            }

            if (last.Count == lastMax || begin < nextMs)
            {
                break;
            }
        }

        return last;
    }

    private long? Cron(long afterMs) =>
        _cron!
            .GetNextOccurrence(DateTimeOffset.FromUnixTimeMilliseconds(afterMs), _zone)
            ?.ToUnixTimeMilliseconds();
}
