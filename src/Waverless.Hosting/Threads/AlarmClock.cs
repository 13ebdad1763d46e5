namespace Waverless.Hosting.Threads;

/// <summary>
/// The system's time with timers that are at most about a millisecond late: those of the runtime
/// count in ticks of the kernel's coarse clock, 4 ms on many machines. One thread waits for the
/// earliest of them, costs nothing while none is due, and calls back itself: a callback only hands
/// work over and never throws. Meant for a few timers per partition, not for one per call.
/// Thread-safe.
/// </summary>
internal sealed class AlarmClock : TimeProvider, IDisposable
{
    private readonly object _lock = new();
    private readonly SortedSet<Alarm> _armed = new(Alarm.ByMoment);
    private Thread? _thread;
    private long _lastId;
    private bool _disposed;

    /// <summary>Timers that wait for their moment.</summary>
    public int ArmedCount
    {
        get
        {
            lock (_lock)
            {
                return _armed.Count;
            }
        }
    }

    /// <inheritdoc />
    public override ITimer CreateTimer(
        TimerCallback callback,
        object? state,
        TimeSpan dueTime,
        TimeSpan period
    )
    {
        ArgumentNullException.ThrowIfNull(callback);
        var alarm = new Alarm(this, () => callback(state), Interlocked.Increment(ref _lastId));
        alarm.Change(dueTime, period);
        return alarm;
    }

    /// <summary>No timer fires any more.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _armed.Clear();
            Monitor.PulseAll(_lock);
        }
    }

    private bool Set(Alarm alarm, TimeSpan? wait, TimeSpan? period)
    {
        lock (_lock)
        {
            _armed.Remove(alarm);
            if (_disposed || alarm.IsDisposed)
            {
                return false;
            }

            alarm.Period = period;
            if (wait is { } until)
            {
                Arm(alarm, GetTimestamp() + Ticks(until));
            }

            return true;
        }
    }

    private void Arm(Alarm alarm, long moment)
    {
        alarm.Moment = moment;
        _armed.Add(alarm);
        if (_thread is null)
        {
            _thread = new Thread(Run) { IsBackground = true, Name = "Waverless alarms" };
            _thread.Start();
        }
        else if (_armed.Min == alarm)
        {
            Monitor.Pulse(_lock);
        }
    }

    private void Run()
    {
        while (Next() is { } due)
        {
            due.Fire();
        }
    }

    /// <summary>Waits for the next timer that is due; null: there will be none.</summary>
    private Alarm? Next()
    {
        lock (_lock)
        {
            while (!_disposed)
            {
                if (_armed.Min is not { } next)
                {
                    Monitor.Wait(_lock);
                    continue;
                }

                var now = GetTimestamp();
                var rest = next.Moment - now;
                if (rest > 0)
                {
                    var wait = Math.Ceiling(rest * 1_000.0 / TimestampFrequency);
                    Monitor.Wait(_lock, (int)Math.Min(wait, int.MaxValue));
                    continue;
                }

                _armed.Remove(next);
                if (next.Period is { } period)
                {
                    Arm(next, now + Ticks(period));
                }

                return next;
            }

            return null;
        }
    }

    private long Ticks(TimeSpan time) => (long)(time.TotalSeconds * TimestampFrequency);

    private sealed class Alarm(AlarmClock clock, Action fire, long id) : ITimer
    {
        public static readonly Comparer<Alarm> ByMoment = Comparer<Alarm>.Create(
            static (one, other) => (one.Moment, one.Id).CompareTo((other.Moment, other.Id))
        );

        public long Moment { get; set; }

        public TimeSpan? Period { get; set; }

        public bool IsDisposed { get; private set; }

        private long Id { get; } = id;

        public void Fire() => fire();

        public bool Change(TimeSpan dueTime, TimeSpan period) =>
            clock.Set(this, Finite(dueTime), period == TimeSpan.Zero ? null : Finite(period));

        public void Dispose()
        {
            lock (clock._lock)
            {
                IsDisposed = true;
                clock._armed.Remove(this);
            }
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }

        private static TimeSpan? Finite(TimeSpan time)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(time, Timeout.InfiniteTimeSpan);
            return time == Timeout.InfiniteTimeSpan ? null : time;
        }
    }
}
