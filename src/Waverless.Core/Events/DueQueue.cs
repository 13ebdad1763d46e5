namespace Waverless.Events;

/// <summary>
/// Events that wait for a moment, in memory; one timer for the earliest. Each lane bounds how many
/// of its events wait (<see cref="PumpBounds.LanePostponedMax"/>).
/// </summary>
internal sealed class DueQueue : IDisposable
{
    private readonly Lock _lock = new();
    private readonly PriorityQueue<(FunctionLane Lane, PendingEvent Pending), long> _waiting =
        new();
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private long _timerDueMs = long.MaxValue;
    private bool _disposed;

    public DueQueue(TimeProvider time)
    {
        _time = time;
        _timer = time.CreateTimer(
            static state => ((DueQueue)state!).Fire(),
            this,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan
        );
    }

    public void Add(FunctionLane lane, PendingEvent pending, long dueMs)
    {
        lock (_lock)
        {
            _waiting.Enqueue((lane, pending), dueMs);
            Arm();
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

    private void Fire()
    {
        List<(FunctionLane Lane, PendingEvent Pending)> due = [];
        lock (_lock)
        {
            _timerDueMs = long.MaxValue;
            var nowMs = _time.GetUtcNow().ToUnixTimeMilliseconds();
            while (_waiting.TryPeek(out var item, out var dueMs) && dueMs <= nowMs)
            {
                _waiting.Dequeue();
                due.Add(item);
            }

            Arm();
        }

        foreach (var (lane, pending) in due)
        {
            lane.Due(pending);
        }
    }

    private void Arm()
    {
        if (_disposed || !_waiting.TryPeek(out _, out var dueMs) || dueMs >= _timerDueMs)
        {
            return;
        }

        _timerDueMs = dueMs;
        var waitMs = Math.Max(1, dueMs - _time.GetUtcNow().ToUnixTimeMilliseconds());
        _timer.Change(
            TimeSpan.FromMilliseconds(Math.Min(waitMs, int.MaxValue)),
            Timeout.InfiniteTimeSpan
        );
    }
}
