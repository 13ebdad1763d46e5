using System.Collections.Concurrent;
using System.Text;
using Waverless.Apps;
using Waverless.Invocations;
using Waverless.Kv;

namespace Waverless.Events;

/// <summary>
/// Hands committed events over to the functions that they start: in memory from the commit, from
/// disk after a restart or a spill. Every event ends as done or as a dead letter; until then its
/// record stays in the store (SEMANTICS §4).
/// </summary>
internal sealed class EventPump : ICommitListener, ICompletionSource, IDisposable
{
    private readonly ConcurrentDictionary<PartitionId, PartitionInbox> _inboxes = new();
    private readonly ConcurrentDictionary<PartitionId, Outbox> _outboxes = new();
    private readonly EventPumpParts _parts;
    private readonly EventRunner _runner;
    private readonly DueQueue _due;
    private readonly ThreadWaiter _waiter;
    private readonly LongDrains _longDrains;
    private volatile bool _stopping;
    private volatile bool _paused;

    public EventPump(EventPumpParts parts)
    {
        _parts = parts;
        _runner = new EventRunner(parts, this);
        _due = new DueQueue(parts.Time);
        _waiter = new ThreadWaiter(parts.Threads);
        _longDrains = new LongDrains(parts.Bounds.LongDrainsMax);
        Parked = new ParkedEvents(parts.Bounds.ParkedMax);
        DeadLetters = new DeadLetterIndex();
        Keeper = new DeadLetterKeeper(parts, this);
        Handover = new PartitionHandover(parts, this);
    }

    /// <summary>Takes up partitions, and lets them go.</summary>
    public PartitionHandover Handover { get; }

    public Backlog Backlog => _parts.Backlog;

    /// <summary>Fires when what runs is to end.</summary>
    public CancellationToken Stopping => _parts.Runner.Stopping;

    public PumpBounds Bounds => _parts.Bounds;

    /// <summary>What partitions may keep for later.</summary>
    public DeferredBounds Deferred => _parts.Deferred;

    /// <summary>Drains of functions that run for long.</summary>
    public LongDrains LongDrains => _longDrains;

    public IEnumerable<PartitionInbox> Inboxes => _inboxes.Values;

    /// <summary>Events that wait for a person, their keys with them.</summary>
    public ParkedEvents Parked { get; }

    /// <summary>Keeps the dead letters within their bounds.</summary>
    public DeadLetterKeeper Keeper { get; }

    /// <summary>Which events became dead letters.</summary>
    public DeadLetterIndex DeadLetters { get; }

    /// <summary>How long finished events may wait for company when nothing else is to do.</summary>
    public TimeSpan CompletionDelay => _parts.CompletionDelay;

    /// <summary>Whether no further event is begun.</summary>
    public bool IsStopping => _stopping;

    /// <summary>Whether no event is begun until triggers are resumed.</summary>
    public bool IsPaused => _paused;

    /// <summary>Whether no event is begun now.</summary>
    public bool IsHeld => _stopping || _paused;

    public void OnCommitted(
        PartitionId p,
        Revision revision,
        Commit commit,
        ReadOnlySpan<int> skippedOrdinals
    )
    {
        if (commit.EventCount == 0)
        {
            return;
        }

        var inbox = Inbox(p);
        inbox.Live(revision.Number);
        var ordinal = -1;
        var reader = commit.Read();
        while (reader.TryRead(out var operation))
        {
            if (operation.Tag is not (CommitTag.Event or CommitTag.Accept))
            {
                continue;
            }

            ordinal++;
            if (skippedOrdinals.BinarySearch(ordinal) < 0)
            {
                Committed(inbox, revision.Number, ordinal, operation);
            }
            else if (operation is { Tag: CommitTag.Accept, When: EventCondition.RecordWasAbsent })
            {
                Dropped(operation);
            }
        }
    }

    public void Anticipate(PartitionId partition, ReadOnlySpan<byte> function) =>
        Inbox(partition).Lane(function).Anticipate();

    public ICompletions? TakeInto(Commit commit, PartitionId partition) =>
        _inboxes.TryGetValue(partition, out var inbox) && !inbox.IsHeld
            ? inbox.Completions.TakeInto(commit)
            : null;

    /// <summary>Finds what is left to run after a restart, and starts running it.</summary>
    public Task RecoverAsync(CancellationToken ct) => Handover.OpenAllAsync(ct);

    /// <summary>
    /// Begins no further event; what runs goes on, what waits stays in the store.
    /// </summary>
    public void Stop() => _stopping = true;

    /// <summary>
    /// Begins no event until it is resumed; what runs goes on, what waits stays in the store.
    /// </summary>
    public void Pause() => _paused = true;

    /// <summary>Begins what has waited.</summary>
    public void Resume()
    {
        _paused = false;
        foreach (var inbox in _inboxes.Values)
        {
            foreach (var lane in inbox.Lanes)
            {
                lane.Wake();
            }
        }
    }

    /// <summary>Writes down which events are done; called when nothing runs any more.</summary>
    public async Task FlushAsync()
    {
        var inboxes = _inboxes
            .Values.OrderBy(inbox => inbox.Id.App, StringComparer.Ordinal)
            .ThenBy(inbox => inbox.Id.Number);
        foreach (var inbox in inboxes)
        {
            await inbox.FlushAllAsync();
        }
    }

    public void Dispose()
    {
        _due.Dispose();
        Keeper.Dispose();
        foreach (var inbox in _inboxes.Values)
        {
            inbox.Dispose();
        }
    }

    public CatalogSnapshot Catalog => _parts.Catalog.Current;

    public ValueTask RunAsync(FunctionLane lane, PendingEvent pending, ThreadWaiter? waiter) =>
        _runner.RunAsync(lane, pending, waiter);

    public ValueTask RunWindowAsync(
        FunctionLane lane,
        List<PendingEvent> window,
        ThreadWaiter? waiter
    ) => _runner.RunWindowAsync(lane, window, waiter);

    /// <summary>Whether somebody waits for the cascade of an event.</summary>
    public bool IsAwaited(PendingEvent pending) =>
        _parts.Cascades.IsAwaited(pending.Record.Cascade);

    /// <summary>An event is done and its record gone.</summary>
    public void Ended(FunctionLane lane, PendingEvent pending) => Ended(lane, [pending]);

    /// <summary>Events of one lane are done and their records gone.</summary>
    public void Ended(FunctionLane lane, IReadOnlyList<PendingEvent> events)
    {
        lane.Gone(events);
        lane.Inbox.Count(-events.Count);
        for (var index = 0; index < events.Count; index++)
        {
            var pending = events[index];
            _parts.Cascades.Ended(pending.Record.Cascade, pending.Id, failed: false);
        }
    }

    /// <summary>An event is a dead letter.</summary>
    public void Buried(FunctionLane lane, PendingEvent pending, EventRecord record)
    {
        var id = DeadLetterId.Of(lane.Inbox.Id, lane.Function, pending.Position);
        Keeper.Add(id, record);
        Failed(lane, pending);
    }

    /// <summary>An event has failed for good and its ready or due record is gone.</summary>
    public void Failed(FunctionLane lane, PendingEvent pending)
    {
        lane.Gone(pending);
        lane.Inbox.Count(-1);
        _parts.Cascades.Ended(pending.Record.Cascade, pending.Id, failed: true);
    }

    public void WaitUntilDue(FunctionLane lane, PendingEvent pending, long dueMs) =>
        _due.Add(lane, pending, dueMs);

    /// <summary>The lane of a function's events.</summary>
    public FunctionLane Lane(PartitionId partition, string function) =>
        Inbox(partition).Lane(function);

    /// <summary>Commits bookkeeping of a partition; false: refused, try again later.</summary>
    public async ValueTask<bool> CommitAsync(PartitionId partition, Commit commit) =>
        await TryCommitAsync(partition, commit) == CommitStatus.Committed;

    /// <summary>Commits bookkeeping of a partition, and says what became of it.</summary>
    public async ValueTask<CommitStatus> TryCommitAsync(PartitionId partition, Commit commit)
    {
        commit.Stamp(default, _parts.NowMs, _parts.Catalog.Current.Version);
        try
        {
            var result = await _parts.Engine.CommitAsync(partition, commit, CancellationToken.None);
            if (!result.IsCommitted)
            {
                Log.BookkeepingRefused(_parts.Logger, partition, result.Reason);
            }

            return result.Status;
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            Log.BookkeepingFailed(_parts.Logger, failure, partition);
            return CommitStatus.Unknown;
        }
    }

    /// <summary>Reads events that a restart or a spill left on disk.</summary>
    /// <exception cref="StorageException">The store is closed or failed.</exception>
    public async Task<EventPage> ReadAsync(
        PartitionInbox inbox,
        string function,
        EventState state,
        EventPosition after,
        LaneRoom room,
        CancellationToken ct
    )
    {
        var query = new EventQuery(function, state) { BytesMax = room.Bytes };
        var stored = await _parts.Engine.ReadEventsAsync(inbox.Id, query, after, room.Events, ct);
        var read = new List<PendingEvent>(stored.Count);
        foreach (var item in stored)
        {
            if (EventRecord.Decode(item.Record.Span) is { } record)
            {
                var pending = new PendingEvent(inbox.Id, item.Position, state, record);
                pending.IsDoubtful = _parts.Placer is not null;
                read.Add(pending);
            }
            else
            {
                Log.RecordUnreadable(_parts.Logger, inbox.Id, function, item.Position);
            }
        }

        var last = stored.Count == 0 ? after : stored[^1].Position;
        return new EventPage(read, last, query.IsLast(stored, room.Events));
    }

    /// <summary>Counts an event that was read, if the commit of its creation was not counted.</summary>
    public static void Recovered(PartitionInbox inbox, PendingEvent pending)
    {
        if (pending.Position.Revision < inbox.FirstLiveRevision)
        {
            inbox.Count(1);
        }
    }

    /// <summary>Delayed messages count from the moment on when they are due.</summary>
    public static void BecameReady(PartitionInbox inbox, int count) => inbox.Count(count);

    public long NowMs => _parts.NowMs;

    /// <summary>A timer that waits until it is told when to fire.</summary>
    public ITimer CreateTimer(Action fire) =>
        _parts.Time.CreateTimer(
            static state => ((Action)state!)(),
            fire,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan
        );

    public void ReadFailed(PartitionInbox inbox, Exception failure) =>
        Log.ReadFailed(_parts.Logger, failure, inbox.Id);

    /// <summary>Starts a turn of a lane where its app runs.</summary>
    public void StartDrain(FunctionLane lane)
    {
        var isSynchronous =
            _parts.Catalog.Current.TryFind(lane.Inbox.Id.App, lane.Function, out var function)
            && function.App.Loaded.Traits.RunsSynchronously;
        if (!isSynchronous)
        {
            Start(() => DrainAsync(lane));
        }
        else if (function!.Statistics.IsLong && !_stopping)
        {
            if (_longDrains.TryEnter(lane))
            {
                Queue(new LongDrain(lane, _waiter, this));
            }
        }
        else
        {
            Queue(new LaneDrain(lane, _waiter, _parts.Threads));
        }
    }

    /// <summary>A turn of a long function has given its thread back.</summary>
    public void EndLongDrain()
    {
        if (_longDrains.Exit() is { } next)
        {
            Queue(new LongDrain(next, _waiter, this));
        }
    }

    /// <summary>Queues work for a guest thread, and again if there is no room.</summary>
    private void Queue(IThreadWork work)
    {
        if (_parts.Threads.TryQueue(work))
        {
            return;
        }

        Start(async () =>
        {
            await DelayAsync(TimeSpan.FromMilliseconds(50));
            if (!_stopping)
            {
                Queue(work);
            }
        });
    }

    /// <summary>Starts background work on the node's scheduler.</summary>
    public void Start(Func<Task> work) =>
        _ = Task
            .Factory.StartNew(
                () => GuardAsync(work),
                CancellationToken.None,
                TaskCreationOptions.DenyChildAttach,
                _parts.Scheduler
            )
            .Unwrap();

    /// <summary>Now, on the node's monotonic clock.</summary>
    public long Timestamp => _parts.Time.GetTimestamp();

    public TimeSpan Elapsed(long since) => _parts.Time.GetElapsedTime(since);

    public Task DelayAsync(TimeSpan delay) => Task.Delay(delay, _parts.Time);

    private static async Task DrainAsync(FunctionLane lane)
    {
        while (await lane.DrainTurnAsync(waiter: null))
        {
            await Task.Yield();
        }
    }

    private async Task GuardAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            Log.BackgroundFailed(_parts.Logger, failure);
        }
    }

    private void Committed(
        PartitionInbox inbox,
        ulong revision,
        int ordinal,
        in CommitOperation operation
    )
    {
        if (EventRecord.Decode(operation.Value) is not { } record)
        {
            return;
        }

        var isTransfer = operation.Tag == CommitTag.Event && !operation.PeerApp.IsEmpty;
        var position = new EventPosition(
            operation.Position.DueMs,
            operation.Position.Priority,
            revision,
            ordinal
        );
        var pending = new PendingEvent(inbox.Id, position, operation.State, record);
        if (operation.Tag == CommitTag.Event)
        {
            _parts.Cascades.Created(record.Cascade, pending.Id);
        }

        if (isTransfer)
        {
            OutboxOf(inbox.Id).Signal();
            return;
        }

        if (operation.State == EventState.Dead)
        {
            // It was never run, so nobody else says why.
            var function = new FunctionAddress(
                inbox.Id.App,
                Encoding.UTF8.GetString(operation.Function)
            );
            Log.Buried(_parts.Logger, function, pending.Id, record.LastError ?? "");
            Keeper.Add(DeadLetterId.Of(inbox.Id, function.Function, position), record);
            _parts.Cascades.Ended(record.Cascade, pending.Id, failed: true);
            return;
        }

        if (operation.State != EventState.Delayed)
        {
            inbox.Count(1);
        }

        inbox.Lane(operation.Function).Committed(pending);
    }

    /// <summary>
    /// An outbox offers each event once in the life of a process, unless the commit fails: what is
    /// not taken now was either taken by an earlier process or has come twice.
    /// </summary>
    private void Dropped(in CommitOperation operation)
    {
        if (EventRecord.Decode(operation.Value) is { Source: { } id } record)
        {
            _parts.Cascades.Dropped(record.Cascade, id);
        }
    }

    /// <summary>What there is of a partition in memory, if anything.</summary>
    public PartitionInbox? Find(PartitionId partition) => _inboxes.GetValueOrDefault(partition);

    /// <summary>Knows nothing of a partition any more.</summary>
    public void Forget(PartitionId partition)
    {
        if (_outboxes.TryRemove(partition, out var outbox))
        {
            outbox.Stop();
        }

        if (_inboxes.TryRemove(partition, out var inbox))
        {
            inbox.Close();
        }
    }

    public PartitionInbox Inbox(PartitionId partition) =>
        _inboxes.TryGetValue(partition, out var inbox)
            ? inbox
            : _inboxes.GetOrAdd(partition, id => new PartitionInbox(id, this));

    public Outbox OutboxOf(PartitionId partition) =>
        _outboxes.TryGetValue(partition, out var outbox)
            ? outbox
            : _outboxes.GetOrAdd(partition, id => new Outbox(id, _parts.Engine, this));
}
