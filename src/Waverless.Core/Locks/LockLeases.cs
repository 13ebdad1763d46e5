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
    private ulong _lastHold;
    private int _renews;

    /// <summary>The lease of a hold that is renewed.</summary>
    public static TimeSpan Lease { get; } = TimeSpan.FromSeconds(LeaseSeconds);

    /// <summary>How many hold a lock on this node, and how many wait for one.</summary>
    public (int Held, int Waiting) Counts() => _table.Counts();

    /// <summary>Asks for a lock; the holder's turn says when it is this one's.</summary>
    /// <exception cref="InvocationRefusedException">Too many locks on the node.</exception>
    public LockHolder Request(LockName name, LockMode mode) =>
        _table.Request(name, mode)
        ?? throw new InvocationRefusedException(
            InvocationStatus.Overloaded,
            $"{LockTable.EntriesMax} locks are held or waited for; expected fewer."
        );

    /// <summary>Waits for the turn; the place is given up when the token fires first.</summary>
    /// <exception cref="OperationCanceledException">It did.</exception>
    public async ValueTask WaitAsync(LockHolder holder, CancellationToken ct)
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
    }

    /// <summary>Writes down that a holder whose turn it is holds the lock.</summary>
    /// <param name="holder">The holder.</param>
    /// <param name="lease">How long; null: until it is released, renewed meanwhile.</param>
    /// <exception cref="InvocationRefusedException">The store did not take it.</exception>
    public async ValueTask RecordAsync(LockHolder holder, TimeSpan? lease)
    {
        var (partition, key) = holder.Name;
        holder.DeadlineMs = NowMs + (long)(lease ?? Lease).TotalMilliseconds;
        holder.Record = LockRecord.KeyOf(key, bootId, Interlocked.Increment(ref _lastHold));
        var commit = new Commit();
        var value = LockRecord.ValueOf(holder.Mode);
        commit.PutUntil(holder.Record, value, holder.DeadlineMs, KeyArea.System);
        Released(partition).TakeInto(commit);
        try
        {
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

        if (lease is null)
        {
            Renew(holder);
        }
        else
        {
            Start(() => ExpireAsync(holder, lease.Value));
        }
    }

    /// <summary>Ends a hold; its record goes with a later commit.</summary>
    /// <param name="holder">The holder.</param>
    /// <param name="recordIsGone">Whether the holder's own commit has removed the record.</param>
    public void Release(LockHolder holder, bool recordIsGone = false)
    {
        _renewed.TryRemove(holder, out _);
        if (_table.Release(holder) && !recordIsGone && holder.Record.Length > 0)
        {
            Released(holder.Name.Partition).Add(holder.Record);
        }
    }

    /// <summary>Ends a hold and removes its record now.</summary>
    public async ValueTask ReleaseAsync(LockHolder holder)
    {
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

        var range = KvRange.Prefix(LockRecord.PrefixText);
        while (true)
        {
            var how = new ReadOptions(0, KeyArea.System);
            var page = await door.Engine.ScanAsync(partition, range, how, CancellationToken.None);
            var commit = new Commit();
            foreach (var entry in page.Entries)
            {
                commit.Delete(entry.Key.Span, KeyArea.System);
            }

            if (commit.OperationCount > 0)
            {
                await CommitAsync(partition, commit);
            }

            if (page.Next is not { } next)
            {
                return;
            }

            range = range.ContinueAt(next);
        }
    }

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
        var deadlineMs = NowMs + (LeaseSeconds * 1_000L);
        var commit = new Commit();
        commit.RequirePresent(holder.Record, KeyArea.System);
        var value = LockRecord.ValueOf(holder.Mode);
        commit.PutUntil(holder.Record, value, deadlineMs, KeyArea.System);
        var result = await CommitAsync(holder.Name.Partition, commit);
        if (result.IsCommitted)
        {
            holder.DeadlineMs = deadlineMs;
        }
        else if (result.Status == CommitStatus.ConditionFailed || NowMs >= holder.DeadlineMs)
        {
            Lose(holder);
        }
    }

    private async Task ExpireAsync(LockHolder holder, TimeSpan lease)
    {
        var left = lease;
        while (left > TimeSpan.Zero && _table.IsHeld(holder))
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
        if (_table.IsHeld(holder))
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
