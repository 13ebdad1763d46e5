namespace Waverless.Events;

/// <summary>
/// Events that wait for a moment, in memory; one timer for the earliest. Bounded: what does not
/// fit stays on disk and is read back when the queue has run empty.
/// </summary>
internal sealed class DueQueue : IDisposable
{
    public const int MemoryMaxDefault = 65_536;

    private readonly Lock _lock = new();
    private readonly PriorityQueue<(FunctionLane Lane, PendingEvent Pending), long> _waiting =
        new();
    private readonly HashSet<FunctionLane> _overflown = [];
    private readonly TimeProvider _time;
    private readonly int _memoryMax;
    private readonly ITimer _timer;
    private long _timerDueMs = long.MaxValue;
    private bool _disposed;

    public DueQueue(TimeProvider time, int memoryMax = MemoryMaxDefault)
    {
        _time = time;
        _memoryMax = memoryMax;
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
            if (_waiting.Count >= _memoryMax)
            {
                _overflown.Add(lane);
                return;
            }

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
        FunctionLane[] reread = [];
        lock (_lock)
        {
            _timerDueMs = long.MaxValue;
            var nowMs = _time.GetUtcNow().ToUnixTimeMilliseconds();
            while (_waiting.TryPeek(out var item, out var dueMs) && dueMs <= nowMs)
            {
                _waiting.Dequeue();
                due.Add(item);
            }

            if (_waiting.Count == 0 && _overflown.Count > 0)
            {
                reread = [.. _overflown];
                _overflown.Clear();
            }

            Arm();
        }

        foreach (var (lane, pending) in due)
        {
            lane.Due(pending);
        }

        foreach (var lane in reread)
        {
            lane.RereadDue();
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
