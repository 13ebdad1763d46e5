using Waverless.Kv;

namespace Waverless.Invocations;

/// <summary>The locks of one invocation. Bounded; the end releases what was forgotten.</summary>
internal sealed class HeldLocks(FunctionRunner runner)
{
    private const int LocksMax = 64;

    // A function that was left behind at its deadline may still be waiting for a lock.
    private readonly Lock _lock = new();
    private readonly Dictionary<int, LockTable.Holder> _held = [];
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
            if (_held.Count >= LocksMax)
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
            if (!_held.Remove(lockId, out holder))
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
            if (_held.Count == 0)
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
        try
        {
            await holder.Turn.WaitAsync(deadline.Remaining(runner.Time), runner.Time, ct);
            return Keep(holder);
        }
        catch (TimeoutException)
        {
            holder.Dispose();
            throw new InvocationRefusedException(
                InvocationStatus.TimedOut,
                $"The lock of '{key}' was not free before the deadline."
            );
        }
        catch
        {
            holder.Dispose();
            throw;
        }
    }

    private int Keep(LockTable.Holder holder)
    {
        lock (_lock)
        {
            if (!_ended)
            {
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
