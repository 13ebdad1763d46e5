using Waverless.Kv;

namespace Waverless.Invocations;

/// <summary>The locks of one invocation. Bounded; the end releases what was forgotten.</summary>
internal sealed class HeldLocks(FunctionRunner runner)
{
    private const int LocksMax = 64;

    // A function that was left behind at its deadline may still be waiting for a lock.
    private readonly Lock _lock = new();

    // Made with the first lock: most invocations take none.
    private Dictionary<int, LockTable.Holder>? _held;
    private int _lastId;
    private bool _ended;

    /// <summary>Begins an invocation.</summary>
    public void Open()
    {
        lock (_lock)
        {
            _ended = false;
        }
    }

    public ValueTask<int> AcquireAsync(
        string app,
        KvKey key,
        Deadline deadline,
        CancellationToken ct
    )
    {
        lock (_lock)
        {
            if (_held?.Count >= LocksMax)
            {
                throw new InvocationRefusedException(
                    InvocationStatus.TooLarge,
                    $"The invocation holds {_held.Count} locks; expected at most {LocksMax}."
                );
            }
        }

        var holder = runner.Locks.Request(app, key.Utf8);
        return holder.Turn.IsCompletedSuccessfully
            ? new ValueTask<int>(Keep(holder))
            : WaitAsync(holder, key.ToString(), deadline, ct);
    }

    public bool Release(int lockId)
    {
        LockTable.Holder? holder;
        lock (_lock)
        {
            if (_held is null || !_held.Remove(lockId, out holder))
            {
                return false;
            }
        }

        holder.Dispose();
        return true;
    }

    /// <summary>Ends the invocation: what it holds and what it still waits for is given up.</summary>
    public void ReleaseAll()
    {
        LockTable.Holder[] held;
        lock (_lock)
        {
            _ended = true;
            if (_held is null || _held.Count == 0)
            {
                return;
            }

            held = [.. _held.Values];
            _held.Clear();
        }

        foreach (var holder in held)
        {
            holder.Dispose();
        }
    }

    private async ValueTask<int> WaitAsync(
        LockTable.Holder holder,
        string key,
        Deadline deadline,
        CancellationToken ct
    )
    {
        using var timeout = new CancellationTokenSource(
            deadline.Remaining(runner.Time),
            runner.Time
        );
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, timeout.Token);
        await using var registration = either.Token.UnsafeRegister(
            static state => ((LockTable.Holder)state!).GiveUp(),
            holder
        );
        try
        {
            // Awaited as it is, to go on where the invocation runs and not on the thread pool.
            await holder.Turn;
        }
        catch (OperationCanceledException)
        {
            holder.Dispose();
            ct.ThrowIfCancellationRequested();
            throw new InvocationRefusedException(
                InvocationStatus.TimedOut,
                $"The lock of '{key}' was not free before the deadline."
            );
        }

        return Keep(holder);
    }

    private int Keep(LockTable.Holder holder)
    {
        lock (_lock)
        {
            if (!_ended)
            {
                _held ??= [];
                _held.Add(++_lastId, holder);
                return _lastId;
            }
        }

        holder.Dispose();
        throw new InvocationRefusedException(
            InvocationStatus.Cancelled,
            $"The lock of '{holder.Name.Key}' was free only after the invocation had ended."
        );
    }
}
