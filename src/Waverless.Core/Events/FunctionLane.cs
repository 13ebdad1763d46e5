using System.Text;
using Waverless.Invocations;

namespace Waverless.Events;

/// <summary>
/// Runs the events of one function in one partition: takes them in order, several at once where
/// their ordering keys allow it, on guest threads or on the scheduler as the app asks for.
/// </summary>
internal sealed class FunctionLane(PartitionInbox inbox, string function, EventPump pump)
{
    /// <summary>Events kept in memory per lane; the rest waits on disk.</summary>
    public const int MemoryMax = 4_096;

    /// <summary>Most drains of one lane at once.</summary>
    private const int DrainsMax = 32;

    /// <summary>After that many events a drain lets other lanes have the thread.</summary>
    private const int EventsPerTurn = 64;

    private readonly Lock _lock = new();
    private readonly LaneQueue _queue = new(MemoryMax);

    // Events of the due state that are in memory, waiting or running.
    private readonly HashSet<(ulong Revision, int Ordinal)> _postponed = [];
    private int _drains;
    private bool _reading;

    public PartitionInbox Inbox => inbox;

    public string Function => function;

    public byte[] Utf8Function { get; } = Encoding.UTF8.GetBytes(function);

    /// <summary>Takes in an event that was just committed; called under the sequencer.</summary>
    public void Committed(PendingEvent pending)
    {
        bool wake;
        lock (_lock)
        {
            _queue.Committed(pending);
            wake = NeedsDrain(returning: 0);
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

    /// <summary>Reads what a restart or a spill left on disk.</summary>
    public async Task RecoverAsync(CancellationToken ct)
    {
        await ReadDueAsync(ct);
        lock (_lock)
        {
            _queue.BeginSpilled();
            _reading = true;
        }

        await ReadReadyAsync(ct);
    }

    public void RereadDue() => pump.Start(() => ReadDueAsync(CancellationToken.None));

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
            _postponed.Add((pending.Position.Revision, pending.Position.Ordinal));
        }

        pump.WaitUntilDue(this, pending, dueMs);
    }

    /// <summary>An event has ended for good, or its key is free otherwise.</summary>
    public void Release(PendingEvent pending)
    {
        bool wake;
        lock (_lock)
        {
            _postponed.Remove((pending.Position.Revision, pending.Position.Ordinal));
            _queue.Release(pending);
            wake = NeedsDrain(returning: 1);
        }

        if (wake)
        {
            StartDrain();
        }
    }

    private bool TryTake(
        [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out PendingEvent? pending
    )
    {
        var read = false;
        bool taken;
        lock (_lock)
        {
            pending = null;
            taken = !pump.IsStopping && _queue.TryTake(out pending);
            if (_queue.IsSpilled && !_reading && _queue.Count < MemoryMax / 4 && !pump.IsStopping)
            {
                _reading = read = true;
            }

            if (!taken)
            {
                _drains--;
            }
        }

        if (read)
        {
            pump.Start(() => ReadReadyAsync(CancellationToken.None));
        }

        return taken;
    }

    /// <param name="returning">Drains that are known to come back for more at once.</param>
    private bool NeedsDrain(int returning)
    {
        var open = _queue.ReadyCount - returning;
        if (pump.IsStopping || _drains >= DrainsMax || (_drains > 0 ? open <= 0 : open < 0))
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

    private void StartDrain() => pump.StartDrain(this);

    private async Task ReadReadyAsync(CancellationToken ct)
    {
        var more = true;
        while (more)
        {
            EventPosition after;
            lock (_lock)
            {
                _queue.BeginRead();
                after = _queue.LastInMemory;
            }

            const int limit = MemoryMax / 2;
            var page = await pump.ReadAsync(inbox, function, EventState.Ready, after, limit, ct);
            bool wake;
            lock (_lock)
            {
                _queue.EndRead(page, wasLast: page.Count < limit);
                more = _queue.IsSpilled && _queue.Count < MemoryMax / 4;
                _reading = more;
                wake = NeedsDrain(returning: 0);
            }

            if (wake)
            {
                StartDrain();
            }
        }
    }

    private bool IsPostponed(PendingEvent pending)
    {
        lock (_lock)
        {
            return _postponed.Contains((pending.Position.Revision, pending.Position.Ordinal));
        }
    }

    private async Task ReadDueAsync(CancellationToken ct)
    {
        EventPosition after = default;
        while (true)
        {
            var page = await pump.ReadAsync(inbox, function, EventState.Due, after, 1_024, ct);
            foreach (var pending in page)
            {
                after = pending.Position;
                if (IsPostponed(pending))
                {
                    continue;
                }

                lock (_lock)
                {
                    _queue.Hold(pending);
                }

                Postpone(pending, pending.Position.DueMs);
            }

            if (page.Count < 1_024)
            {
                return;
            }
        }
    }
}
