namespace Waverless.Simulation.Clusters;

/// <summary>
/// A clock that stands still until it is moved to the next moment for which somebody waits, so
/// that an idle hour costs nothing. Used on one thread.
/// </summary>
internal sealed class SimClock : TimeProvider
{
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch.AddYears(50);

    private readonly PriorityQueue<SimTimer, (long At, long Order)> _timers = new();
    private long _order;

    /// <summary>Since the clock was made.</summary>
    public TimeSpan Elapsed { get; private set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long GetTimestamp() => Elapsed.Ticks;

    public override DateTimeOffset GetUtcNow() => Start + Elapsed;

    public override ITimer CreateTimer(
        TimerCallback callback,
        object? state,
        TimeSpan dueTime,
        TimeSpan period
    )
    {
        var timer = new SimTimer(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>
    /// Moves to the next moment for which somebody waits, and wakes one of those who do; false:
    /// there is none until then.
    /// </summary>
    public bool TryAdvance(TimeSpan until)
    {
        while (_timers.TryPeek(out var timer, out var next))
        {
            if (!timer.IsArmed(next.Order))
            {
                _timers.Dequeue();
                continue;
            }

            if (next.At > until.Ticks)
            {
                break;
            }

            _timers.Dequeue();
            Elapsed = TimeSpan.FromTicks(Math.Max(next.At, Elapsed.Ticks));
            timer.Fire();
            return true;
        }

        Elapsed = until > Elapsed ? until : Elapsed;
        return false;
    }

    /// <summary>Arms a timer; the number tells this arming from others of the timer.</summary>
    public long Arm(SimTimer timer, TimeSpan wait)
    {
        _timers.Enqueue(timer, ((Elapsed + wait).Ticks, ++_order));
        return _order;
    }
}
