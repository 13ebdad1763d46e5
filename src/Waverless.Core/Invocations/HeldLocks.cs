using Waverless.Kv;

namespace Waverless.Invocations;

/// <summary>The locks of one invocation. Bounded; the end releases what was forgotten.</summary>
internal sealed class HeldLocks(FunctionRunner runner)
{
    private const int LocksMax = 64;

    private readonly Dictionary<int, LockTable.Holder> _held = [];
    private int _lastId;

    public ValueTask<int> AcquireAsync(
        string app,
        KvKey key,
        Deadline deadline,
        CancellationToken ct
    )
    {
        if (_held.Count >= LocksMax)
        {
            throw new InvocationRefusedException(
                InvocationStatus.TooLarge,
                $"The invocation holds {_held.Count} locks; expected at most {LocksMax}."
            );
        }

        var holder = runner.Locks.Request(app, key.Utf8);
        return holder.Turn.IsCompletedSuccessfully
            ? new ValueTask<int>(Keep(holder))
            : WaitAsync(holder, key.ToString(), deadline, ct);
    }

    public bool Release(int lockId)
    {
        if (!_held.Remove(lockId, out var holder))
        {
            return false;
        }

        holder.Dispose();
        return true;
    }

    public void ReleaseAll()
    {
        if (_held.Count == 0)
        {
            return;
        }

        foreach (var holder in _held.Values)
        {
            holder.Dispose();
        }

        _held.Clear();
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
        _held.Add(++_lastId, holder);
        return _lastId;
    }
}
