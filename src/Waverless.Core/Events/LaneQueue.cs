using System.Diagnostics.CodeAnalysis;
using Waverless.Kv;

namespace Waverless.Events;

/// <summary>
/// The events of one function in one partition, in memory: ready ones in order, and behind each
/// held ordering key those that have to wait for it. Bounded; beyond the bound events stay on
/// disk and are read back from where memory ends. Not thread-safe: its lane locks it.
/// </summary>
internal sealed class LaneQueue(int memoryMax)
{
    private readonly PriorityQueue<PendingEvent, (byte, ulong, int)> _ready = new();

    // Events whose key is held for them already; they go first.
    private readonly Queue<PendingEvent> _next = new();

    // A held key, and who waits for it in order of position; null: nobody.
    private readonly Dictionary<KvKey, PriorityQueue<PendingEvent, (ulong, int)>?> _held = [];
    private int _blocked;

    /// <summary>Events in memory that have not been taken.</summary>
    public int Count => _ready.Count + _next.Count + _blocked;

    /// <summary>Events that can be taken now, or turn out to wait for their key.</summary>
    public int ReadyCount => _ready.Count + _next.Count;

    /// <summary>Whether events beyond <see cref="LastInMemory"/> exist on disk only.</summary>
    public bool IsSpilled { get; private set; }

    /// <summary>The highest position that was ever in memory: reading goes on behind it.</summary>
    public EventPosition LastInMemory { get; private set; }

    private bool SpilledSinceRead { get; set; }

    /// <summary>Takes in an event that was just committed, unless memory is full.</summary>
    public void Committed(PendingEvent pending)
    {
        if (IsSpilled || Count >= memoryMax)
        {
            IsSpilled = SpilledSinceRead = true;
            return;
        }

        Add(pending);
    }

    /// <summary>Starts with everything on disk.</summary>
    public void BeginSpilled() => IsSpilled = true;

    /// <summary>Marks that what follows <see cref="LastInMemory"/> is about to be read.</summary>
    public void BeginRead() => SpilledSinceRead = false;

    /// <summary>Takes in what was read; <paramref name="wasLast"/>: the disk had no more.</summary>
    public void EndRead(IEnumerable<PendingEvent> read, bool wasLast)
    {
        foreach (var pending in read)
        {
            Add(pending);
        }

        IsSpilled = !wasLast || SpilledSinceRead;
    }

    /// <summary>Holds the key for an event that waits for its retry.</summary>
    public void Hold(PendingEvent pending) =>
        pending.HoldsKey = !pending.IsOrdered || _held.TryAdd(pending.OrderingKey, null);

    /// <summary>An event's moment has come.</summary>
    public void Due(PendingEvent pending)
    {
        if (pending.HoldsKey)
        {
            _next.Enqueue(pending);
        }
        else
        {
            Enqueue(pending);
        }
    }

    /// <summary>Takes the next event whose key is free or held for it.</summary>
    public bool TryTake([NotNullWhen(true)] out PendingEvent? pending)
    {
        if (_next.TryDequeue(out pending))
        {
            return true;
        }

        while (_ready.TryDequeue(out pending, out _))
        {
            if (!pending.IsOrdered || _held.TryAdd(pending.OrderingKey, null))
            {
                pending.HoldsKey = true;
                return true;
            }

            Block(pending);
        }

        return false;
    }

    /// <summary>An event has ended: the key passes to the next one that waits for it.</summary>
    public void Release(PendingEvent pending)
    {
        pending.HoldsKey = false;
        if (!pending.IsOrdered || !_held.TryGetValue(pending.OrderingKey, out var waiting))
        {
            return;
        }

        if (waiting is not null && waiting.TryDequeue(out var next, out _))
        {
            _blocked--;
            next.HoldsKey = true;
            _next.Enqueue(next);
        }
        else
        {
            _held.Remove(pending.OrderingKey);
        }
    }

    private void Add(PendingEvent pending)
    {
        LastInMemory = pending.Position;
        Enqueue(pending);
    }

    private void Enqueue(PendingEvent pending)
    {
        if (pending.IsOrdered && _held.ContainsKey(pending.OrderingKey))
        {
            Block(pending);
            return;
        }

        var position = pending.Position;
        _ready.Enqueue(pending, (position.Priority, position.Revision, position.Ordinal));
    }

    private void Block(PendingEvent pending)
    {
        var waiting = _held[pending.OrderingKey] ??= new();
        waiting.Enqueue(pending, (pending.Position.Revision, pending.Position.Ordinal));
        _blocked++;
    }
}
