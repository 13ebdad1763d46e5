using Waverless.Kv;

namespace Waverless.Events;

/// <summary>
/// The delayed messages of one function in one partition. They stay on disk, in order of their
/// moments; in memory is only when the next one is due. At that moment all that are due are read
/// and handed to the lane, up to a bound of such that have not ended.
/// </summary>
internal sealed class LaneDelays(PartitionInbox inbox, FunctionLane lane, EventPump pump)
    : IDisposable
{
    private const int PageMax = 256;
    private static readonly TimeSpan ReadPause = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();

    // Handed to the lane; their records are still there.
    private readonly Dictionary<(ulong Revision, int Ordinal), int> _handed = [];

    // Committed during a reading, and due before its end: the page may not have them.
    private readonly List<PendingEvent> _arrived = [];
    private readonly int _handedMax = pump.Bounds.LaneDelayedMax;
    private readonly int _bytesMax = pump.Bounds.LaneBytesMax;
    private long _bytes;

    // Everything up to here was handed over.
    private EventPosition _floor;
    private ITimer? _timer;
    private long _nextMs = long.MaxValue;
    private long _cutoffMs;
    private bool _isReading;
    private bool _isFull;
    private bool _disposed;

    /// <summary>Messages that became ready and have not ended.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _handed.Count;
            }
        }
    }

    /// <summary>About what they take in memory.</summary>
    public long Bytes
    {
        get
        {
            lock (_lock)
            {
                return _bytes;
            }
        }
    }

    /// <summary>Takes note of a message that was just committed; called under the sequencer.</summary>
    public void Committed(PendingEvent pending)
    {
        lock (_lock)
        {
            if (_isReading && pending.Position.DueMs <= _cutoffMs)
            {
                _arrived.Add(pending);
                return;
            }

            if (IsBehind(pending.Position))
            {
                WaitUntil(pending.Position.DueMs);
                return;
            }

            if (!TryHand(pending))
            {
                return;
            }
        }

        HandOver([pending]);
    }

    /// <summary>Begins to run what a restart left on disk.</summary>
    public void Recover()
    {
        lock (_lock)
        {
            WaitUntil(0);
        }
    }

    /// <summary>The record of a message is gone, or waits elsewhere for its retry.</summary>
    public void Gone(PendingEvent pending)
    {
        lock (_lock)
        {
            if (!_handed.Remove(Key(pending), out var bytes))
            {
                return;
            }

            _bytes -= bytes;
            if (_isFull && _handed.Count <= _handedMax / 2 && _bytes <= _bytesMax / 2)
            {
                _isFull = false;
                Arm();
            }
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _disposed = true;
            _timer?.Dispose();
        }
    }

    private bool IsOver => pump.IsStopping || inbox.Tenure.IsOver;

    private static (ulong Revision, int Ordinal) Key(PendingEvent pending) =>
        (pending.Position.Revision, pending.Position.Ordinal);

    private static (long, byte, ulong, int) Order(EventPosition position) =>
        (position.DueMs, position.Priority, position.Revision, position.Ordinal);

    /// <summary>Whether a reading from the floor on comes to a position.</summary>
    private bool IsBehind(EventPosition position) => Order(position).CompareTo(Order(_floor)) > 0;

    /// <summary>Sees to it that a reading begins at a moment, if none does before.</summary>
    private void WaitUntil(long dueMs)
    {
        if (_disposed || dueMs >= _nextMs)
        {
            return;
        }

        _nextMs = dueMs;
        if (!_isReading)
        {
            Arm();
        }
    }

    private void Arm()
    {
        if (_disposed || _isFull || _nextMs == long.MaxValue)
        {
            return;
        }

        _timer ??= pump.CreateTimer(Fire);
        var waitMs = Math.Clamp(_nextMs - pump.NowMs, 0, int.MaxValue);
        _timer.Change(TimeSpan.FromMilliseconds(waitMs), Timeout.InfiniteTimeSpan);
    }

    private void Fire()
    {
        lock (_lock)
        {
            if (_isReading || _isFull || IsOver)
            {
                return;
            }

            if (pump.NowMs < _nextMs)
            {
                Arm();
                return;
            }

            _isReading = true;
            _nextMs = long.MaxValue;
            _cutoffMs = pump.NowMs;
        }

        pump.Start(ReadAsync);
    }

    private async Task ReadAsync()
    {
        var more = true;
        while (more && !IsOver)
        {
            try
            {
                var page = await pump.ReadAsync(
                    inbox,
                    lane.Function,
                    EventState.Delayed,
                    _floor,
                    Room(),
                    CancellationToken.None
                );
                var due = new List<PendingEvent>(page.Events.Count);
                lock (_lock)
                {
                    more = Take(page, due);
                }

                HandOver(due);
            }
            catch (StorageException failure)
            {
                pump.ReadFailed(inbox, failure);
                await pump.DelayAsync(ReadPause);
            }
        }
    }

    private LaneRoom Room()
    {
        lock (_lock)
        {
            return new LaneRoom(
                Math.Clamp(_handedMax - _handed.Count, 1, PageMax),
                (int)Math.Clamp(_bytesMax - _bytes, 1, Math.Max(1, _bytesMax / 4))
            );
        }
    }

    private bool TryHand(PendingEvent pending)
    {
        if (!_handed.TryAdd(Key(pending), pending.Bytes))
        {
            return false;
        }

        _bytes += pending.Bytes;
        return true;
    }

    /// <summary>Takes what is due out of a page; true: the next page may have more.</summary>
    private bool Take(in EventPage page, List<PendingEvent> due)
    {
        var reachedRest = page.IsLast;
        foreach (var pending in page.Events)
        {
            if (pending.Position.DueMs > _cutoffMs)
            {
                reachedRest = true;
                WaitUntil(pending.Position.DueMs);
                break;
            }

            _floor = pending.Position;
            if (TryHand(pending))
            {
                due.Add(pending);
            }
        }

        if (page is { IsLast: false, Events.Count: 0 })
        {
            // Nothing but unreadable records.
            reachedRest = page.Last.DueMs > _cutoffMs;
            _floor = reachedRest ? _floor : page.Last;
        }

        _isFull = _handed.Count >= _handedMax || _bytes >= _bytesMax;
        if (!reachedRest && !_isFull)
        {
            return true;
        }

        EndRead(due, isMore: !reachedRest);
        return false;
    }

    private void EndRead(List<PendingEvent> due, bool isMore)
    {
        _isReading = false;
        foreach (var pending in _arrived)
        {
            if (IsBehind(pending.Position))
            {
                WaitUntil(pending.Position.DueMs);
            }
            else if (TryHand(pending))
            {
                due.Add(pending);
            }
        }

        _arrived.Clear();
        if (isMore)
        {
            WaitUntil(0);
        }

        Arm();
    }

    private void HandOver(List<PendingEvent> due)
    {
        if (due.Count > 0)
        {
            EventPump.BecameReady(inbox, due.Count);
            lane.Arrived(due);
        }
    }
}
