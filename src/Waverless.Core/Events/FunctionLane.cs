using System.Text;
using Waverless.Invocations;
using Waverless.Kv;

namespace Waverless.Events;

/// <summary>
/// Runs the events of one function in one partition: takes them in order, several at once where
/// their ordering keys allow it, on guest threads or on the scheduler as the app asks for.
/// </summary>
internal sealed class FunctionLane(PartitionInbox inbox, string function, EventPump pump)
{
    /// <summary>Most drains of one lane at once.</summary>
    private const int DrainsMax = 32;

    /// <summary>After that many events a drain lets other lanes have the thread.</summary>
    private const int EventsPerTurn = 64;

    /// <summary>
    /// How often an early drain looks for its event before it gives up: some 0.1 ms of yields.
    /// </summary>
    private const int LookOutsMax = 100;

    /// <summary>Until then threads are awake still, and waking one early only costs.</summary>
    private static readonly TimeSpan AsleepAfter = TimeSpan.FromMilliseconds(0.5);

    private static readonly TimeSpan ReadPause = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly LaneQueue _queue = new(pump.Bounds.LaneMemoryMax);
    private readonly PostponedEvents _postponed = new(pump.Bounds.LanePostponedMax);
    private int _drains;
    private bool _isLookingOut;
    private int _arrivals;
    private long _sleepsSince;
    private bool _reading;
    private EventPosition _dueRead;
    private bool _dueLeft;

    public PartitionInbox Inbox => inbox;

    public string Function => function;

    public byte[] Utf8Function { get; } = Encoding.UTF8.GetBytes(function);

    /// <summary>
    /// A commit that brings an event is about to be written. If the lane has slept for a while, a
    /// drain wakes up as the store writes, and looks out for the event for a moment.
    /// </summary>
    public void Anticipate()
    {
        lock (_lock)
        {
            if (_drains > 0 || pump.IsHeld || pump.Elapsed(_sleepsSince) < AsleepAfter)
            {
                return;
            }

            _drains++;
            _isLookingOut = true;
        }

        StartDrain();
    }

    /// <summary>Takes in an event that was just committed; called under the sequencer.</summary>
    public void Committed(PendingEvent pending)
    {
        var wake = false;
        var wait = false;
        lock (_lock)
        {
            if (pending.State == EventState.Due)
            {
                wait = _postponed.AddRead(pending);
            }
            else
            {
                _queue.Committed(pending);
                _arrivals++;
                wake = NeedsDrain(returning: 0);
            }
        }

        if (wait)
        {
            pump.WaitUntilDue(this, pending, pending.Position.DueMs);
        }

        if (wake)
        {
            StartDrain();
        }
    }

    /// <summary>An event's retry, or the moment of a delayed one, has come.</summary>
    public void Due(PendingEvent pending)
    {
        bool wake;
        lock (_lock)
        {
            _queue.Due(pending);
            wake = NeedsDrain(returning: 0);
        }

        if (wake)
        {
            StartDrain();
        }
    }

    /// <summary>Begins what has waited while triggers were paused.</summary>
    public void Wake()
    {
        bool wake;
        lock (_lock)
        {
            wake = NeedsDrain(returning: 0);
        }

        if (wake)
        {
            StartDrain();
        }
    }

    /// <summary>From here on everything new queues behind what is on disk.</summary>
    public void BeginRecovery()
    {
        lock (_lock)
        {
            _queue.BeginSpilled();
            _reading = _dueLeft = true;
        }
    }

    /// <summary>Begins to run what a restart left on disk.</summary>
    /// <exception cref="StorageException">The store is closed or failed.</exception>
    public Task RecoverAsync(CancellationToken ct) => ReadAsync(ct);

    /// <summary>Runs one turn of events on the scheduler; true: there is more to do.</summary>
    public async ValueTask<bool> DrainTurnAsync()
    {
        for (var i = 0; i < EventsPerTurn; i++)
        {
            if (!TryTake(out var pending))
            {
                await inbox.FlushAsync();
                return false;
            }

            await pump.RunAsync(this, pending);
            if (inbox.Completions.Count >= CompletionBuffer.FlushAt)
            {
                await inbox.FlushAsync();
            }
        }

        return true;
    }

    /// <summary>
    /// Runs one turn of events on the calling guest thread; true: there is more to do.
    /// </summary>
    public bool DrainTurn(ThreadWaiter waiter)
    {
        for (var i = 0; i < EventsPerTurn; i++)
        {
            if (!TryTake(out var pending))
            {
                waiter.Wait(inbox.FlushAsync());
                return false;
            }

            pump.Run(this, pending, waiter);
            if (inbox.Completions.Count >= CompletionBuffer.FlushAt)
            {
                waiter.Wait(inbox.FlushAsync());
            }
        }

        return true;
    }

    /// <summary>Keeps an event, and its ordering key, until a moment.</summary>
    public void Postpone(PendingEvent pending, long dueMs)
    {
        lock (_lock)
        {
            _postponed.Add(pending);
        }

        pump.WaitUntilDue(this, pending, dueMs);
    }

    /// <summary>An event has ended: its key passes to the next one.</summary>
    public void Release(PendingEvent pending)
    {
        bool wake;
        lock (_lock)
        {
            _queue.Release(pending);
            wake = NeedsDrain(returning: 1);
        }

        if (wake)
        {
            StartDrain();
        }
    }

    /// <summary>The record of an ended event is gone, so that no reading finds it again.</summary>
    public void Gone(PendingEvent pending)
    {
        bool wake;
        bool read;
        lock (_lock)
        {
            var wasFull = _postponed.IsFull;
            _postponed.Remove(pending);
            wake = wasFull && NeedsDrain(returning: 0);
            read = TryBeginReading();
        }

        if (wake)
        {
            StartDrain();
        }

        if (read)
        {
            pump.Start(ReadOnAsync);
        }
    }

    private bool TryTake(
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out PendingEvent? pending
    )
    {
        if (Volatile.Read(ref _isLookingOut))
        {
            LookOut();
        }

        bool read;
        bool taken;
        lock (_lock)
        {
            _isLookingOut = false;
            pending = null;
            taken = !pump.IsHeld && _queue.TryTake(onlyHeld: _postponed.IsFull, out pending);
            read = TryBeginReading();
            if (!taken)
            {
                _drains--;
                _sleepsSince = pump.Timestamp;
            }
        }

        if (read)
        {
            pump.Start(ReadOnAsync);
        }

        return taken;
    }

    /// <param name="returning">Drains that are known to come back for more at once.</param>
    private bool NeedsDrain(int returning)
    {
        var open = _queue.ReadyCount - returning - (_isLookingOut ? 1 : 0);
        if (pump.IsHeld || _drains >= DrainsMax || (_drains > 0 ? open <= 0 : open < 0))
        {
            return false;
        }

        if (_queue.ReadyCount == 0)
        {
            return false;
        }

        _drains++;
        return true;
    }

    private void LookOut()
    {
        var before = Volatile.Read(ref _arrivals);
        var wait = default(SpinWait);
        for (var i = 0; i < LookOutsMax && !HasArrived(before); i++)
        {
            // Yields the core to whoever needs it, but does not sleep.
            wait.SpinOnce(sleep1Threshold: -1);
        }
    }

    private bool HasArrived(int before) =>
        Volatile.Read(ref _arrivals) != before
        || !Volatile.Read(ref _isLookingOut)
        || _queue.ReadyCount > 0;

    private void StartDrain() => pump.StartDrain(this);

    /// <summary>Whether it is time to read on; then nobody else does until it is done.</summary>
    private bool TryBeginReading()
    {
        var hasRoom = _dueLeft ? _postponed.HasRoomToRead : _queue.HasRoomToRead;
        if (_reading || pump.IsStopping || !_queue.IsSpilled || !hasRoom)
        {
            return false;
        }

        return _reading = true;
    }

    /// <summary>Reads on, and again after a failure: what is on disk must not be forgotten.</summary>
    private async Task ReadOnAsync()
    {
        while (!pump.IsStopping)
        {
            try
            {
                await ReadAsync(CancellationToken.None);
                return;
            }
            catch (StorageException failure)
            {
                pump.ReadFailed(inbox, failure);
                await pump.DelayAsync(ReadPause);
            }
        }
    }

    /// <summary>
    /// Reads from disk until memory is full. Due events come first: each of them holds its key
    /// against ready ones that were created after it.
    /// </summary>
    private async Task ReadAsync(CancellationToken ct)
    {
        var more = true;
        while (more)
        {
            more = _dueLeft ? await ReadDueAsync(ct) : await ReadReadyAsync(ct);
        }
    }

    private async ValueTask<bool> ReadReadyAsync(CancellationToken ct)
    {
        EventPosition after;
        lock (_lock)
        {
            _queue.BeginRead();
            after = _queue.LastInMemory;
        }

        var limit = _queue.ReadMax;
        var page = await pump.ReadAsync(inbox, function, EventState.Ready, after, limit, ct);
        bool more;
        bool wake;
        lock (_lock)
        {
            foreach (var pending in page.Events)
            {
                pump.Recovered(inbox, pending);
            }

            _queue.EndRead(page);
            _reading = more = _queue is { IsSpilled: true, HasRoomToRead: true };
            wake = NeedsDrain(returning: 0);
        }

        if (wake)
        {
            StartDrain();
        }

        return more;
    }

    private async ValueTask<bool> ReadDueAsync(CancellationToken ct)
    {
        lock (_lock)
        {
            _postponed.BeginRead();
        }

        var limit = _postponed.ReadMax;
        var page = await pump.ReadAsync(inbox, function, EventState.Due, _dueRead, limit, ct);
        var waiting = new List<PendingEvent>(page.Events.Count);
        bool more;
        lock (_lock)
        {
            foreach (var pending in page.Events)
            {
                if (_postponed.AddRead(pending))
                {
                    _queue.Hold(pending);
                    pump.Recovered(inbox, pending);
                    waiting.Add(pending);
                }
            }

            _postponed.EndRead();
            _dueRead = page.Last;
            _dueLeft = !page.IsLast;
            _reading = more = !_dueLeft || _postponed.HasRoomToRead;
        }

        foreach (var pending in waiting)
        {
            pump.WaitUntilDue(this, pending, pending.Position.DueMs);
        }

        return more;
    }
}
