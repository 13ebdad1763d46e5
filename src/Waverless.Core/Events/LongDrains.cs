namespace Waverless.Events;

/// <summary>
/// Keeps functions that run for long off some of the guest threads, so that short ones always find
/// one: at most so many drains of long functions hold a thread, the others wait for their turn.
/// Thread-safe.
/// </summary>
internal sealed class LongDrains(int max)
{
    private readonly Lock _lock = new();
    private readonly Queue<FunctionLane> _waiting = new();
    private int _running;

    /// <summary>Drains that hold a thread.</summary>
    public int Running => Volatile.Read(ref _running);

    /// <summary>Drains that wait for their turn.</summary>
    public int Waiting
    {
        get
        {
            lock (_lock)
            {
                return _waiting.Count;
            }
        }
    }

    /// <summary>Whether a drain may have a thread; if not, it is given one later.</summary>
    public bool TryEnter(FunctionLane lane)
    {
        lock (_lock)
        {
            if (_running >= max)
            {
                _waiting.Enqueue(lane);
                return false;
            }

            _running++;
            return true;
        }
    }

    /// <summary>A drain gives its thread back; returns who has the turn now.</summary>
    public FunctionLane? Exit()
    {
        lock (_lock)
        {
            if (_waiting.TryDequeue(out var next))
            {
                return next;
            }

            _running--;
            return null;
        }
    }
}
