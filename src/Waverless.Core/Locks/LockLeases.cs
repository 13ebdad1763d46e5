using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Waverless.Diagnostics;
using Waverless.Invocations;
using Waverless.Kv;

namespace Waverless.Locks;

/// <summary>
/// Leased locks with fencing tokens (SEMANTICS §8). Who holds one is decided in memory by the
/// partition's leader; that it is held is a record with a deadline in the key's partition, on whose
/// presence every commit of the holder depends. Holds of functions are renewed while they live.
/// Locks of keys that are at home elsewhere are asked for there (<see cref="Homes"/>).
/// </summary>
internal sealed class LockLeases(
    FrontDoor door,
    TimeProvider time,
    TaskScheduler scheduler,
    ulong bootId,
    CancellationToken stopping
)
{
    /// <summary>Seconds after which a lock is free whose holder was not heard of.</summary>
    public const int LeaseSeconds = 30;

    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(LeaseSeconds / 3.0);

    private readonly LockTable _table = new();
    private readonly ConcurrentDictionary<PartitionId, ReleasedRecords> _released = new();
    private readonly ConcurrentDictionary<LockHolder, byte> _renewed = new();
    private readonly ConcurrentDictionary<PartitionId, bool> _swept = new();
    private ulong _lastHold;
    private int _renews;

    /// <summary>The lease of a hold that is renewed.</summary>
    public static TimeSpan Lease { get; } = TimeSpan.FromSeconds(LeaseSeconds);

    /// <summary>Where locks are decided about; null: all of them here.</summary>
    public ILockHomes? Homes { get; set; }

    /// <summary>How many hold a lock on this node, and how many wait for one.</summary>
    public (int Held, int Waiting) Counts() => _table.Counts();

    /// <summary>Asks for a lock; the holder's turn says when it is this one's.</summary>
    /// <exception cref="InvocationRefusedException">Too many locks on the node.</exception>
    public LockHolder Request(LockName name, LockMode mode, TimeSpan? lease = null) =>
        IsHere(name.Partition)
            ? RequestHere(name, mode, lease)
            : new LockHolder(name, mode, lease) { IsElsewhere = true, Hold = NextHold() };

    /// <summary>The same for one that this node decides about.</summary>
    /// <exception cref="InvocationRefusedException">Too many locks on the node.</exception>
    public LockHolder RequestHere(LockName name, LockMode mode, TimeSpan? lease) =>
        _table.Request(name, mode, lease) ?? throw TooMany();

    /// <summary>Waits for the turn; the place is given up when the token fires first.</summary>
    /// <exception cref="OperationCanceledException">It did.</exception>
    /// <exception cref="InvocationRefusedException">The lock cannot be had.</exception>
    public async ValueTask WaitAsync(LockHolder holder, CancellationToken ct)
    {
        while (true)
        {
            if (holder.IsElsewhere)
            {
                if (await Homes!.AcquireAsync(holder, ct))
                {
                    return;
                }

                // Its key came home meanwhile.
                holder.IsElsewhere = false;
                holder.BeginAgain();
                if (!_table.TryAdd(holder))
                {
                    throw TooMany();
                }
            }

            if (await WaitHereAsync(holder, ct))
            {
                return;
            }

            holder.IsElsewhere = true;
            holder.Hold = NextHold();
        }
    }

    /// <summary>
    /// The same for one that this node decides about; false: it does so no longer, and the place
    /// is given up.
    /// </summary>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public async ValueTask<bool> WaitHereAsync(LockHolder holder, CancellationToken ct)
    {
        await using var registration = ct.UnsafeRegister(
            static state => ((LockHolder)state!).GiveUp(),
            holder
        );
        try
        {
            // Awaited as it is, to go on where the invocation runs and not on the thread pool.
            await holder.Turn;
        }
        catch (OperationCanceledException)
        {
            _table.Release(holder);
            throw;
        }

        if (IsHere(holder.Name.Partition))
        {
            return true;
        }

        _table.Release(holder);
        return false;
    }

    /// <summary>Writes down that a holder whose turn it is holds the lock.</summary>
    /// <param name="holder">The holder.</param>
    /// <exception cref="InvocationRefusedException">The store did not take it.</exception>
    public async ValueTask RecordAsync(LockHolder holder)
    {
        if (!holder.IsElsewhere)
        {
            await RecordHereAsync(holder);
        }

        if (holder.Lease is { } lease)
        {
            Start(() => ExpireAsync(holder, lease));
        }
        else
        {
            Renew(holder);
        }
    }

    private async ValueTask RecordHereAsync(LockHolder holder)
    {
        var (partition, key) = holder.Name;
        holder.DeadlineMs = NowMs + (long)(holder.Lease ?? Lease).TotalMilliseconds;
        holder.Record = LockRecord.KeyOf(key, bootId, NextHold());
        var commit = new Commit();
        var value = LockRecord.ValueOf(holder.Mode);
        commit.PutUntil(holder.Record, value, holder.DeadlineMs, KeyArea.System);
        Released(partition).TakeInto(commit);
        try
        {
            await SweepAsync(partition);
            var result = await CommitAsync(partition, commit);
            if (!result.IsCommitted)
            {
                throw new InvocationRefusedException(
                    CommitFailures.StatusOf(result),
                    $"The lock of '{key}' was not written down: "
                        + (result.Reason ?? "the store gave no answer.")
                );
            }

            Failpoints.Pass(Failpoint.LockTaken);
            holder.Token = result.Revision;
        }
        catch
        {
            Release(holder);
            throw;
        }

        if (holder.IsLost || !IsHere(partition))
        {
            // Written down where nobody knows of it: who decides now may have given it to another.
            await ReleaseAsync(holder);
            throw new InvocationRefusedException(
                InvocationStatus.LockLost,
                $"{partition} went to another node while '{key}' was locked; lock it again."
            );
        }
    }

    /// <summary>
    /// Removes what an earlier life of this node has written down, once: holders on other nodes
    /// outlive it, and would not know that others get their locks now.
    /// </summary>
    /// <exception cref="InvocationRefusedException">The store did not do it.</exception>
    private async ValueTask SweepAsync(PartitionId partition)
    {
        if (Homes is null || _swept.ContainsKey(partition))
        {
            return;
        }

        var why = "the store gave no answer.";
        try
        {
            if (await RemoveRecordsAsync(partition, LockRecord.IsOf(bootId)))
            {
                _swept.TryAdd(partition, true);
                return;
            }
        }
        catch (StorageException failure)
        {
            why = failure.Message;
        }

        throw new InvocationRefusedException(
            InvocationStatus.Unavailable,
            $"The locks of {partition} of before the start of the node could not be ended: {why}"
        );
    }

    /// <summary>Ends a hold; its record goes with a later commit.</summary>
    /// <param name="holder">The holder.</param>
    /// <param name="recordIsGone">Whether the holder's own commit has removed the record.</param>
    public void Release(LockHolder holder, bool recordIsGone = false)
    {
        _renewed.TryRemove(holder, out _);
        if (holder.IsElsewhere)
        {
            if (holder.TryEnd())
            {
                Start(() => Homes!.ReleaseAsync(holder, recordIsGone).AsTask());
            }
        }
        else if (_table.Release(holder) && !recordIsGone && holder.Record.Length > 0)
        {
            Released(holder.Name.Partition).Add(holder.Record);
        }
    }

    /// <summary>Ends a hold and removes its record now.</summary>
    public async ValueTask ReleaseAsync(LockHolder holder)
    {
        if (holder.IsElsewhere)
        {
            _renewed.TryRemove(holder, out _);
            if (holder.TryEnd())
            {
                await Homes!.ReleaseAsync(holder, recordIsGone: false);
            }

            return;
        }

        Release(holder);
        var commit = new Commit();
        Released(holder.Name.Partition).TakeInto(commit);
        if (commit.OperationCount > 0)
        {
            // Not removed, it goes at the end of its lease.
            await CommitAsync(holder.Name.Partition, commit);
            Failpoints.Pass(Failpoint.LockReleased);
        }
    }

    /// <summary>
    /// Ends all holds of a partition that goes elsewhere, where they are not known: the holders
    /// find their locks lost.
    /// </summary>
    /// <exception cref="StorageException">The store is closed or failed.</exception>
    public async Task RevokeAsync(PartitionId partition)
    {
        foreach (var holder in _table.HoldersOf(partition))
        {
            Lose(holder);
        }

        await RemoveRecordsAsync(partition, static _ => false);
    }

    /// <summary>Removes what is written down of holds, but for some; false: not all of it.</summary>
    private async ValueTask<bool> RemoveRecordsAsync(
        PartitionId partition,
        Func<ReadOnlyMemory<byte>, bool> isKept
    )
    {
        var isDone = true;
        var range = KvRange.Prefix(LockRecord.PrefixText);
        while (true)
        {
            var how = new ReadOptions(0, KeyArea.System);
            var page = await door.Engine.ScanAsync(partition, range, how, CancellationToken.None);
            var commit = new Commit();
            foreach (var entry in page.Entries.Where(entry => !isKept(entry.Key.Utf8)))
            {
                commit.Delete(entry.Key.Span, KeyArea.System);
            }

            if (commit.OperationCount > 0)
            {
                isDone &= (await CommitAsync(partition, commit)).IsCommitted;
            }

            if (page.Next is not { } next)
            {
                return isDone;
            }

            range = range.ContinueAt(next);
        }
    }

    /// <summary>Whether a hold has not been given up yet.</summary>
    public bool IsHeld(LockHolder holder) =>
        holder.IsElsewhere ? !holder.IsEnded : _table.IsHeld(holder);

    private bool IsHere(PartitionId partition) => Homes?.IsHere(partition) ?? true;

    private ulong NextHold() => Interlocked.Increment(ref _lastHold);

    private static InvocationRefusedException TooMany() =>
        new(
            InvocationStatus.Overloaded,
            $"{LockTable.EntriesMax} locks are held or waited for; expected fewer."
        );

    private long NowMs => time.GetUtcNow().ToUnixTimeMilliseconds();

    private ReleasedRecords Released(PartitionId partition) =>
        _released.TryGetValue(partition, out var released)
            ? released
            : _released.GetOrAdd(partition, static _ => new ReleasedRecords());

    private async ValueTask<CommitResult> CommitAsync(PartitionId partition, Commit commit)
    {
        try
        {
            var ct = CancellationToken.None;
            return await door.CommitAsync(partition.App, partition, commit, default, ct);
        }
        catch (StorageException failure)
        {
            return CommitResult.Rejected(CommitRejection.StorageFailed, failure.Message);
        }
    }

    private void Renew(LockHolder holder)
    {
        _renewed.TryAdd(holder, 0);
        if (Volatile.Read(ref _renews) == 0 && Interlocked.Exchange(ref _renews, 1) == 0)
        {
            Start(RenewAllAsync);
        }
    }

    /// <summary>Goes on as long as anything is held.</summary>
    private async Task RenewAllAsync()
    {
        while (true)
        {
            await Task.Delay(RenewEvery, time, stopping);
            foreach (var holder in _renewed.Keys)
            {
                await RenewAsync(holder);
            }

            if (!_renewed.IsEmpty)
            {
                continue;
            }

            // A full fence: whoever adds a hold either sees this end or is seen here.
            Interlocked.Exchange(ref _renews, 0);
            if (_renewed.IsEmpty || Interlocked.Exchange(ref _renews, 1) != 0)
            {
                return;
            }
        }
    }

    private async ValueTask RenewAsync(LockHolder holder)
    {
        if (!holder.IsElsewhere)
        {
            await RenewHereAsync(holder);
            return;
        }

        // Counted from before it was asked: the lease ends here no later than there.
        var deadlineMs = NowMs + (LeaseSeconds * 1_000L);
        var isHeld = await Homes!.RenewAsync(holder);
        if (isHeld == true)
        {
            holder.DeadlineMs = deadlineMs;
        }
        else if (isHeld == false || NowMs >= holder.DeadlineMs)
        {
            Lose(holder);
        }
    }

    /// <summary>Lengthens a lease that this node has given; false: it is lost, or may be.</summary>
    public async ValueTask<bool> RenewHereAsync(LockHolder holder)
    {
        var deadlineMs = NowMs + (LeaseSeconds * 1_000L);
        var commit = new Commit();
        commit.RequirePresent(holder.Record, KeyArea.System);
        var value = LockRecord.ValueOf(holder.Mode);
        commit.PutUntil(holder.Record, value, deadlineMs, KeyArea.System);
        var result = await CommitAsync(holder.Name.Partition, commit);
        if (result.IsCommitted)
        {
            holder.DeadlineMs = deadlineMs;
            return true;
        }

        if (result.Status == CommitStatus.ConditionFailed || NowMs >= holder.DeadlineMs)
        {
            Lose(holder);
        }

        return false;
    }

    private async Task ExpireAsync(LockHolder holder, TimeSpan lease)
    {
        var left = lease;
        while (left > TimeSpan.Zero && IsHeld(holder))
        {
            // In steps, so that a hold that ends early does not leave a long wait behind.
            await Task.Delay(left < RenewEvery ? left : RenewEvery, time, stopping);
            left = TimeSpan.FromMilliseconds(holder.DeadlineMs - NowMs);
        }

        Lose(holder);
    }

    private void Lose(LockHolder holder)
    {
        _renewed.TryRemove(holder, out _);
        if (IsHeld(holder))
        {
            // Before the next one gets it, so that nobody thinks of holding it meanwhile.
            holder.Lose();
            Release(holder);
        }
    }

    [SuppressMessage(
        "Usage",
        "VSTHRD110:Observe result of async calls",
        Justification = "What goes on in the background ends with the node and throws nothing else."
    )]
    private void Start(Func<Task> work) =>
        Task
            .Factory.StartNew(
                async () =>
                {
                    try
                    {
                        await work();
                    }
                    catch (OperationCanceledException) when (stopping.IsCancellationRequested)
                    {
                        // The node stops; the next boot frees the locks.
                    }
                },
                CancellationToken.None,
                TaskCreationOptions.DenyChildAttach,
                scheduler
            )
            .Unwrap();
}
