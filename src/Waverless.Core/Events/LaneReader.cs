using Waverless.Kv;

namespace Waverless.Events;

/// <summary>
/// Reads the events of a lane back from disk when memory has room for them: delayed ones and
/// retries first, since each holds its key against ready ones that were created after it; then
/// those of keys that were passed over; then what follows. One reading at a time.
/// </summary>
/// <param name="inbox">The partition.</param>
/// <param name="lane">The lane.</param>
/// <param name="pump">Reads.</param>
/// <param name="queue">Takes in ready events.</param>
/// <param name="postponed">Takes in the others.</param>
/// <param name="laneLock">The lane's.</param>
internal sealed class LaneReader(
    PartitionInbox inbox,
    FunctionLane lane,
    EventPump pump,
    LaneQueue queue,
    PostponedEvents postponed,
    Lock laneLock
)
{
    private static readonly TimeSpan ReadPause = TimeSpan.FromSeconds(1);

    private bool _reading;
    private EventPosition _dueRead;
    private bool _dueLeft;

    private bool IsOver => pump.IsStopping || inbox.Tenure.IsOver;

    private bool Wants => _dueLeft ? postponed.HasRoomToRead : queue.WantsRead;

    /// <summary>From here on everything new queues behind what is on disk.</summary>
    public void BeginRecovery()
    {
        queue.BeginSpilled();
        _reading = _dueLeft = true;
    }

    /// <summary>
    /// Whether it is time to read on; then nobody else does until that is done. Called under the
    /// lane's lock.
    /// </summary>
    public bool TryBegin()
    {
        if (_reading || IsOver || !Wants)
        {
            return false;
        }

        return _reading = true;
    }

    public void Start() => pump.Start(ReadOnAsync);

    /// <summary>Reads from disk until memory is full.</summary>
    /// <exception cref="StorageException">The store is closed or failed.</exception>
    public async Task ReadAsync(CancellationToken ct)
    {
        var more = true;
        while (more && !IsOver)
        {
            more =
                _dueLeft ? await ReadDueAsync(ct)
                : WantsPassed() ? await ReadPassedAsync(ct)
                : await ReadReadyAsync(ct);
            if (more)
            {
                await Task.Yield();
            }
        }
    }

    /// <summary>Reads on, and again after a failure: what is on disk must not be forgotten.</summary>
    private async Task ReadOnAsync()
    {
        while (!IsOver)
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

    private bool WantsPassed()
    {
        lock (laneLock)
        {
            return queue.WantsPassed;
        }
    }

    private async ValueTask<bool> ReadReadyAsync(CancellationToken ct)
    {
        EventPosition after;
        lock (laneLock)
        {
            if (!queue.WantsRead)
            {
                return _reading = false;
            }

            after = queue.BeginRead();
        }

        var page = await PageAsync(EventState.Ready, after, queue.ReadMax, ct);
        bool more;
        lock (laneLock)
        {
            queue.EndRead(page, pending => EventPump.Recovered(inbox, pending));
            _reading = more = Wants;
        }

        lane.Wake();
        return more;
    }

    private async ValueTask<bool> ReadPassedAsync(CancellationToken ct)
    {
        PassedRead read;
        lock (laneLock)
        {
            read = queue.BeginPassedRead();
        }

        EventPage page;
        try
        {
            page = await PageAsync(EventState.Ready, read.After, queue.ReadMax, ct);
        }
        catch (StorageException)
        {
            lock (laneLock)
            {
                queue.AbandonPassedRead(read);
            }

            throw;
        }

        bool more;
        lock (laneLock)
        {
            queue.EndPassedRead(read, page);
            _reading = more = Wants;
        }

        lane.Wake();
        return more;
    }

    private async ValueTask<bool> ReadDueAsync(CancellationToken ct)
    {
        lock (laneLock)
        {
            postponed.BeginRead();
        }

        var page = await PageAsync(EventState.Due, _dueRead, postponed.ReadMax, ct);
        var waiting = new List<PendingEvent>(page.Events.Count);
        bool more;
        lock (laneLock)
        {
            foreach (var pending in page.Events)
            {
                if (postponed.AddRead(pending))
                {
                    queue.Hold(pending);
                    if (pending is { IsParked: true, HoldsKey: false })
                    {
                        queue.ReturnBlocked(pending);
                    }

                    EventPump.Recovered(inbox, pending);
                    waiting.Add(pending);
                }
            }

            postponed.EndRead();
            _dueRead = page.Last;
            _dueLeft = !page.IsLast;
            _reading = more = Wants;
        }

        foreach (var pending in waiting)
        {
            lane.WaitUntilDue(pending, pending.Position.DueMs);
        }

        return more;
    }

    private Task<EventPage> PageAsync(
        EventState state,
        EventPosition after,
        LaneRoom room,
        CancellationToken ct
    ) => pump.ReadAsync(inbox, lane.Function, state, after, room, ct);
}
