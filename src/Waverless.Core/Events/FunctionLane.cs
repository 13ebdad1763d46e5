using System.Diagnostics.CodeAnalysis;
using System.Text;
using Waverless.Apps;
using Waverless.Invocations;
using Waverless.Kv;

namespace Waverless.Events;

/// <summary>
/// Runs the events of one function in one partition: takes them in order, several at once where
/// their ordering keys allow it, on guest threads or on the scheduler as the app asks for.
/// </summary>
internal sealed class FunctionLane : IDisposable
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

    private readonly Lock _lock = new();
    private readonly EventPump _pump;
    private readonly LaneQueue _queue;
    private readonly PostponedEvents _postponed;
    private readonly LaneReader _reader;
    private readonly LaneWindow _window;
    private readonly LaneDelays _delays;
    private int _drains;
    private bool _isLookingOut;
    private int _arrivals;
    private long _sleepsSince;

    public FunctionLane(PartitionInbox inbox, string function, EventPump pump)
    {
        Inbox = inbox;
        Function = function;
        Utf8Function = Encoding.UTF8.GetBytes(function);
        _pump = pump;
        _queue = new LaneQueue(pump.Bounds.LaneMemoryMax, pump.Bounds.LaneBytesMax);
        _postponed = new PostponedEvents(pump.Bounds.LanePostponedMax, pump.Bounds.LaneBytesMax);
        _reader = new LaneReader(inbox, this, pump, _queue, _postponed, _lock);
        _window = new LaneWindow(this, pump, _queue);
        _delays = new LaneDelays(inbox, this, pump);
    }

    public PartitionInbox Inbox { get; }

    public string Function { get; }

    public byte[] Utf8Function { get; }

    public FunctionAddress Address => new(Inbox.Id.App, Function);

    /// <summary>Whether nothing of it runs.</summary>
    public bool IsQuiet
    {
        get
        {
            lock (_lock)
            {
                return _drains == 0;
            }
        }
    }

    private bool IsHeld => _pump.IsHeld || Inbox.IsHeld;

    /// <summary>
    /// A commit that brings an event is about to be written. If the lane has slept for a while, a
    /// drain wakes up as the store writes, and looks out for the event for a moment.
    /// </summary>
    public void Anticipate()
    {
        lock (_lock)
        {
            var isAwake = _drains > 0 || _pump.Elapsed(_sleepsSince) < AsleepAfter;
            if (isAwake || IsHeld || !_window.IsOpen)
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
        if (pending.State == EventState.Delayed)
        {
            _delays.Committed(pending);
            return;
        }

        var wake = false;
        var wait = false;
        var read = false;
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
                read = _reader.TryBegin();
            }
        }

        if (wait)
        {
            WaitUntilDue(pending, pending.Position.DueMs);
        }

        Go(wake, read);
    }

    /// <summary>Delayed messages have become ready.</summary>
    public void Arrived(List<PendingEvent> due)
    {
        lock (_lock)
        {
            foreach (var pending in due)
            {
                _queue.Arrived(pending);
            }
        }

        Wake();
    }

    /// <summary>The moment of an event's retry has come.</summary>
    public void Due(PendingEvent pending)
    {
        lock (_lock)
        {
            if (!_postponed.Knows(pending))
            {
                // It was dropped, or moved to another moment, while it waited.
                return;
            }

            _queue.Due(pending);
        }

        Wake();
    }

    /// <summary>What of it is in memory.</summary>
    public LaneCounts Counts()
    {
        var (delayed, bytes) = (_delays.Count, _delays.Bytes);
        lock (_lock)
        {
            return new LaneCounts(_queue.Count, _postponed.Count, delayed)
            {
                Bytes = Math.Max(bytes, Math.Max(_queue.Bytes, _postponed.Bytes)),
            };
        }
    }

    /// <summary>From here on everything new queues behind what is on disk.</summary>
    public void BeginRecovery()
    {
        lock (_lock)
        {
            _reader.BeginRecovery();
        }
    }

    /// <summary>Begins to run what a restart left on disk.</summary>
    /// <exception cref="StorageException">The store is closed or failed.</exception>
    public Task RecoverAsync(CancellationToken ct)
    {
        _delays.Recover();
        return _reader.ReadAsync(ct);
    }

    /// <summary>Waits for nothing any more.</summary>
    public void Dispose() => _delays.Dispose();

    /// <summary>
    /// Runs one turn of events; true: there is more to do. With a waiter all of it happens on the
    /// calling guest thread.
    /// </summary>
    public async ValueTask<bool> DrainTurnAsync(ThreadWaiter? waiter)
    {
        for (var i = 0; i < EventsPerTurn; i++)
        {
            if (!TryTake(out var pending, out var window))
            {
                await waiter.On(Inbox.RanDryAsync());
                return false;
            }

            await (
                window is null
                    ? _pump.RunAsync(this, pending, waiter)
                    : _pump.RunWindowAsync(this, window, waiter)
            );
            if (Inbox.Completions.Count >= CompletionBuffer.FlushAt)
            {
                await waiter.On(Inbox.FlushAsync());
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

        _pump.WaitUntilDue(this, pending, dueMs);
    }

    /// <summary>
    /// Keeps an event whose record has moved to another moment in place of what it was.
    /// </summary>
    public void Postpone(PendingEvent former, PendingEvent pending, long dueMs)
    {
        bool isCursorDue;
        lock (_lock)
        {
            isCursorDue = _queue.Gone(former);
            _postponed.Add(pending);
        }

        _delays.Gone(former);
        WaitUntilDue(pending, dueMs);
        AddCursor(isCursorDue);
    }

    /// <summary>An event in memory waits for its moment, or for a person.</summary>
    public void WaitUntilDue(PendingEvent pending, long dueMs)
    {
        if (pending.IsParked)
        {
            _pump.Parked.Add(this, pending);
        }
        else
        {
            _pump.WaitUntilDue(this, pending, dueMs);
        }
    }

    /// <summary>An event has ended: its key passes to the next one.</summary>
    public void Release(PendingEvent pending)
    {
        bool wake;
        bool read;
        lock (_lock)
        {
            _queue.Release(pending);
            wake = NeedsDrain(returning: 1);
            read = _reader.TryBegin();
        }

        Go(wake, read);
    }

    /// <summary>All events of a window have ended: their keys pass to the next ones.</summary>
    public void Release(IReadOnlyList<PendingEvent> window)
    {
        bool wake;
        bool read;
        lock (_lock)
        {
            _queue.Release(window);
            wake = NeedsDrain(returning: 1);
            read = _reader.TryBegin();
        }

        Go(wake, read);
    }

    /// <summary>
    /// Events of a window that did not come to their turn run again: each alone, behind their
    /// keys, which are still held for the window.
    /// </summary>
    /// <param name="first">Holds its key; null: another event of the key does.</param>
    /// <param name="rest">Events of the same key behind it, in order.</param>
    public void Return(PendingEvent? first, ReadOnlySpan<PendingEvent> rest)
    {
        lock (_lock)
        {
            foreach (var pending in rest)
            {
                _queue.ReturnBlocked(pending);
            }

            if (first is not null)
            {
                _queue.ReturnHeld(first);
            }
        }

        Wake();
    }

    /// <summary>The record of an ended event is gone, so that no reading finds it again.</summary>
    public void Gone(PendingEvent pending) => Gone([pending]);

    /// <summary>The records of ended events are gone, so that no reading finds them again.</summary>
    public void Gone(IReadOnlyList<PendingEvent> events)
    {
        bool wake;
        bool read;
        var isCursorDue = false;
        lock (_lock)
        {
            var wasFull = _postponed.IsFull;
            for (var index = 0; index < events.Count; index++)
            {
                _postponed.Remove(events[index]);
                isCursorDue |= _queue.Gone(events[index]);
            }

            wake = wasFull && NeedsDrain(returning: 0);
            read = _reader.TryBegin();
        }

        for (var index = 0; index < events.Count; index++)
        {
            _delays.Gone(events[index]);
        }

        Go(wake, read);
        AddCursor(isCursorDue);
    }

    /// <summary>Adds to a commit from where on ready records are left.</summary>
    public void AddCursors(Commit commit)
    {
        lock (_lock)
        {
            _queue.AddCursors(commit, Utf8Function);
        }
    }

    /// <summary>Starts a drain if there is something to do and nobody does it.</summary>
    public void Wake()
    {
        bool wake;
        lock (_lock)
        {
            wake = NeedsDrain(returning: 0);
        }

        Go(wake, read: false);
    }

    /// <summary>The window that events have waited for is over.</summary>
    public void CloseWindow()
    {
        lock (_lock)
        {
            _window.Close();
        }

        Wake();
    }

    private bool TryTake(
        [NotNullWhen(true)] out PendingEvent? pending,
        out List<PendingEvent>? window
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
            (pending, window) = (null, null);
            var onlyHeld = _postponed.IsFull;
            taken = !IsHeld && _window.IsOpen && _queue.TryTake(onlyHeld, out pending);
            if (taken)
            {
                window = _window.Fill(pending!, onlyHeld);
            }

            read = _reader.TryBegin();
            if (!taken)
            {
                _drains--;
                _sleepsSince = _pump.Timestamp;
            }
        }

        Go(wake: false, read);
        return taken;
    }

    /// <param name="returning">Drains that are known to come back for more at once.</param>
    private bool NeedsDrain(int returning)
    {
        var open = _queue.ReadyCount - returning - (_isLookingOut ? 1 : 0);
        if (IsHeld || _drains >= DrainsMax || (_drains > 0 ? open <= 0 : open < 0))
        {
            return false;
        }

        if (_queue.ReadyCount == 0 || !_window.IsOpen)
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

    private void Go(bool wake, bool read)
    {
        if (wake)
        {
            StartDrain();
        }

        if (read)
        {
            _reader.Start();
        }
    }

    private void AddCursor(bool isDue)
    {
        if (isDue)
        {
            Inbox.Completions.AddCursor(this);
        }
    }

    private void StartDrain() => _pump.StartDrain(this);
}
