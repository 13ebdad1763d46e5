using Waverless.Kv;

namespace Waverless.Timers;

/// <summary>
/// Wakes at the earliest deadline of a partition and works off what is due, one sweep at a time.
/// </summary>
internal sealed class PartitionDeadlines : IDisposable
{
    /// <summary>
    /// Entries of the first page: a single timer reads its alarm and the one that comes next.
    /// </summary>
    private const int FirstPage = 8;

    private static readonly TimeSpan FailedPause = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly PartitionId _id;
    private readonly DeadlineDriver _driver;
    private readonly ITimer _timer;
    private bool _isSweeping;
    private bool _disposed;

    // The earliest deadline that is known of; while a sweep runs, of those heard meanwhile.
    private long _dueMs = long.MaxValue;

    // What the timer waits for.
    private long _armedMs = long.MaxValue;

    // Below this the list of deadlines is empty; what was heard since may be below it.
    private long _fromMs;
    private long _heardMs = long.MaxValue;

    public PartitionDeadlines(PartitionId id, DeadlineDriver driver)
    {
        _id = id;
        _driver = driver;
        _timer = driver.Parts.Alarms.CreateTimer(
            static state => ((PartitionDeadlines)state!).Wake(),
            this,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan
        );
    }

    /// <summary>A deadline was committed; called under the sequencer.</summary>
    public void Heard(long deadlineMs)
    {
        bool sweep;
        lock (_lock)
        {
            _heardMs = Math.Min(_heardMs, deadlineMs);
            _dueMs = Math.Min(_dueMs, deadlineMs);
            sweep = !_isSweeping && IsTime();
        }

        if (sweep)
        {
            StartSweep();
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
        }

        _timer.Dispose();
    }

    private void Wake()
    {
        bool sweep;
        lock (_lock)
        {
            _armedMs = long.MaxValue;
            sweep = !_isSweeping && IsTime();
        }

        if (sweep)
        {
            StartSweep();
        }
    }

    /// <summary>
    /// Whether a sweep is to begin, which then counts as begun; else arms the timer. The wait is
    /// bounded, so that neither a jump of the clock nor a year of waiting is too much for it.
    /// </summary>
    private bool IsTime()
    {
        if (_disposed || !_driver.IsRunning || _dueMs == long.MaxValue)
        {
            return false;
        }

        var nowMs = _driver.Parts.NowMs;
        if (_dueMs <= nowMs)
        {
            return _isSweeping = true;
        }

        if (_dueMs < _armedMs)
        {
            _armedMs = _dueMs;
            _timer.Change(WaitUntil(_dueMs), Timeout.InfiniteTimeSpan);
        }

        return false;
    }

    /// <summary>
    /// Whole milliseconds, none too few: who woke too early would only wait again.
    /// </summary>
    private TimeSpan WaitUntil(long dueMs)
    {
        var nowMs = (_driver.Parts.Time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalMilliseconds;
        var waitMs = Math.Min(dueMs - nowMs, TimerLimits.WaitMax.TotalMilliseconds);
        return TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling(waitMs)));
    }

    private void StartSweep() => _driver.Parts.Pump.Start(SweepAsync);

    private async Task SweepAsync()
    {
        var more = true;
        while (more)
        {
            long fromMs;
            lock (_lock)
            {
                _fromMs = fromMs = Math.Min(_fromMs, _heardMs);
                _heardMs = _dueMs = long.MaxValue;
            }

            var next = await SweepOnceAsync(fromMs);
            lock (_lock)
            {
                _dueMs = Math.Min(_dueMs, next);
                _isSweeping = false;
                more = IsTime();
            }

            if (more)
            {
                await Task.Yield();
            }
        }
    }

    /// <summary>Works off what is due; returns when to look again.</summary>
    private async ValueTask<long> SweepOnceAsync(long fromMs)
    {
        try
        {
            var limit = FirstPage;
            while (_driver.IsRunning && !Volatile.Read(ref _disposed))
            {
                var nowMs = _driver.Parts.NowMs;
                var page = await _driver.Parts.Engine.ReadExpiringAsync(
                    _id,
                    fromMs,
                    long.MaxValue,
                    limit,
                    CancellationToken.None
                );
                var due = page.TakeWhile(key => key.DeadlineMs <= nowMs).ToList();
                if (due.Count > 0 && !await _driver.SettleAsync(_id, due))
                {
                    return nowMs + (long)TimerLimits.RefusedPause.TotalMilliseconds;
                }

                if (_driver.Parts.NowMs < nowMs)
                {
                    // The clock was set back: what was due may not have been so to the store.
                    return nowMs;
                }

                if (due.Count < page.Count)
                {
                    SetFrom(nowMs + 1);
                    return page[due.Count].DeadlineMs;
                }

                if (page.Count < limit)
                {
                    SetFrom(nowMs + 1);
                    return long.MaxValue;
                }

                fromMs = due[^1].DeadlineMs;
                limit = TimerLimits.PageMax;
                await _driver.Parts.Pump.DelayAsync(TimerLimits.StormPause);
            }

            return long.MaxValue;
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            if (_driver.IsRunning && !_disposed)
            {
                Log.SweepFailed(_driver.Parts.Logger, failure, _id);
            }

            return _driver.Parts.NowMs + (long)FailedPause.TotalMilliseconds;
        }
    }

    private void SetFrom(long fromMs)
    {
        lock (_lock)
        {
            _fromMs = fromMs;
        }
    }
}
