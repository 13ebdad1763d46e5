namespace Waverless.Messaging.Memory;

/// <summary>
/// What happens later, in order of time, then of its entry: one timer for all of it. Used under
/// the network's lock.
/// </summary>
internal sealed class MemoryTimeline
{
    private readonly PriorityQueue<Action, (TimeSpan At, long Order)> _later = new();
    private readonly TimeProvider _time;
    private readonly Lock _gate;
    private readonly long _start;
    private readonly ITimer _timer;
    private TimeSpan _armed = TimeSpan.MaxValue;
    private long _order;
    private bool _runs;

    public MemoryTimeline(TimeProvider time, Lock gate)
    {
        _time = time;
        _gate = gate;
        _start = time.GetTimestamp();
        _timer = time.CreateTimer(
            static state => ((MemoryTimeline)state!).Run(),
            this,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan
        );
    }

    public TimeSpan Now => _time.GetElapsedTime(_start);

    /// <summary>Does it at a moment; what is due already is done in order with the rest.</summary>
    public void At(TimeSpan at, Action action)
    {
        _later.Enqueue(action, (at, _order++));
        if (_runs)
        {
            return;
        }

        if (at <= Now)
        {
            Run();
        }
        else if (at < _armed)
        {
            Arm(at);
        }
    }

    private void Run()
    {
        lock (_gate)
        {
            _runs = true;
            try
            {
                while (_later.TryPeek(out _, out var next) && next.At <= Now)
                {
                    _later.Dequeue()();
                }
            }
            finally
            {
                _runs = false;
            }

            _armed = TimeSpan.MaxValue;
            if (_later.TryPeek(out _, out var later))
            {
                Arm(later.At);
            }
        }
    }

    private void Arm(TimeSpan at)
    {
        _armed = at;
        var wait = at - Now;
        _timer.Change(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
    }
}
