using Waverless.Invocations;
using Waverless.Kv;
using Waverless.Transactions;

namespace Waverless.Locks;

/// <summary>
/// The locks of one invocation. All its commits depend on those that it holds. Bounded; the end
/// releases what was forgotten.
/// </summary>
internal sealed class HeldLocks(FunctionRunner runner) : ICommitGuard
{
    private const int LocksMax = 64;

    // A function that was left behind at its deadline may still be waiting for a lock.
    private readonly Lock _lock = new();

    // Made with the first lock: most invocations take none.
    private Dictionary<int, LockHolder>? _held;

    // What an atomic function has unlocked before its writes have been committed.
    private List<LockHolder>? _unlocked;
    private int _lastId;
    private bool _isAtomic;
    private bool _ended;

    public bool IsEmpty => Count == 0;

    private int Count => (_held?.Count ?? 0) + (_unlocked?.Count ?? 0);

    /// <summary>Begins an invocation.</summary>
    /// <param name="isAtomic">
    /// Whether its writes come at its end, until when it then keeps what it has locked.
    /// </param>
    public void Open(bool isAtomic)
    {
        lock (_lock)
        {
            _isAtomic = isAtomic;
            _lastId = 0;
            _ended = false;
        }
    }

    public ValueTask<LockGrant> AcquireAsync(
        LockName name,
        LockMode mode,
        in FunctionCall call,
        CancellationToken ct
    )
    {
        lock (_lock)
        {
            if (Count >= LocksMax)
            {
                throw new InvocationRefusedException(
                    InvocationStatus.TooLarge,
                    $"The invocation holds {LocksMax} locks; expected at most {LocksMax}."
                );
            }
        }

        if (TakeBack(name, mode) is { } again)
        {
            return new ValueTask<LockGrant>(Keep(again));
        }

        var holder = runner.Locks.Request(name, mode);
        return holder.Turn.IsCompletedSuccessfully
            ? RecordAsync(holder)
            : WaitAsync(holder, call.Invocation.Deadline, call.Rerun?.Turn, ct);
    }

    public bool Release(int lockId)
    {
        LockHolder? holder;
        lock (_lock)
        {
            if (_held is null || !_held.Remove(lockId, out holder))
            {
                return false;
            }

            if (_isAtomic)
            {
                (_unlocked ??= []).Add(holder);
                return true;
            }
        }

        runner.Locks.Release(holder);
        return true;
    }

    /// <inheritdoc/>
    public void AppendTo(Commit commit, PartitionId partition)
    {
        foreach (var holder in Holders())
        {
            if (holder.Name.Partition == partition)
            {
                commit.RequirePresent(holder.Record, KeyArea.System);
            }
        }
    }

    /// <summary>A lock that was lost; null if all are held.</summary>
    public LockHolder? FindLost() =>
        IsEmpty ? null : Array.Find(Holders(), static holder => holder.IsLost);

    /// <summary>Appends to the last commit of an invocation that its locks end with it.</summary>
    public void AppendReleases(Commit commit, PartitionId partition)
    {
        foreach (var holder in Holders())
        {
            if (holder.Name.Partition == partition)
            {
                commit.Delete(holder.Record, KeyArea.System);
            }
        }
    }

    /// <summary>Ends the invocation: what it holds and what it still waits for is given up.</summary>
    /// <param name="removedIn">Where the last commit has removed the records; null: nowhere.</param>
    public void ReleaseAll(PartitionId? removedIn = null)
    {
        LockHolder[] held;
        lock (_lock)
        {
            _ended = true;
            if (IsEmpty)
            {
                return;
            }

            held = Holders();
            _held?.Clear();
            _unlocked?.Clear();
        }

        foreach (var holder in held)
        {
            runner.Locks.Release(holder, holder.Name.Partition == removedIn);
        }
    }

    private LockHolder[] Holders()
    {
        lock (_lock)
        {
            if (IsEmpty)
            {
                return [];
            }

            IEnumerable<LockHolder> held = _held is null ? [] : _held.Values;
            return [.. held, .. _unlocked ?? []];
        }
    }

    /// <summary>A lock that the invocation has unlocked and has kept all the same.</summary>
    private LockHolder? TakeBack(LockName name, LockMode mode)
    {
        LockHolder? holder;
        lock (_lock)
        {
            var at = _unlocked?.FindIndex(holder => holder.Name == name) ?? -1;
            if (_unlocked is null || at < 0)
            {
                return null;
            }

            holder = _unlocked[at];
            _unlocked.RemoveAt(at);
            if (holder.Mode == mode || holder.Mode == LockMode.Write)
            {
                return holder;
            }
        }

        runner.Locks.Release(holder);
        return null;
    }

    private async ValueTask<LockGrant> WaitAsync(
        LockHolder holder,
        Deadline deadline,
        Turn? turn,
        CancellationToken ct
    )
    {
        // Whoever holds the lock may wait for the turn.
        turn?.Dispose();
        using var bound = WaitBound.Of(deadline, runner.Time, ct);
        try
        {
            await runner.Locks.WaitAsync(holder, bound.Token);
        }
        catch (OperationCanceledException)
        {
            ct.ThrowIfCancellationRequested();
            throw new InvocationRefusedException(
                InvocationStatus.TimedOut,
                $"The lock of '{holder.Name.Key}' was not free before the deadline."
            );
        }

        return await RecordAsync(holder);
    }

    private async ValueTask<LockGrant> RecordAsync(LockHolder holder)
    {
        await runner.Locks.RecordAsync(holder);
        return Keep(holder);
    }

    private LockGrant Keep(LockHolder holder)
    {
        lock (_lock)
        {
            if (!_ended)
            {
                (_held ??= []).Add(++_lastId, holder);
                return new LockGrant(_lastId, holder.Token);
            }
        }

        runner.Locks.Release(holder);
        throw new InvocationRefusedException(
            InvocationStatus.Cancelled,
            $"The lock of '{holder.Name.Key}' was free only after the invocation had ended."
        );
    }
}
