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

    /// <summary>Whether memory has run low enough to read on.</summary>
    public bool HasRoomToRead => Count <= memoryMax / 4;

    /// <summary>Most records to read at once.</summary>
    public int ReadMax { get; } = Math.Max(1, memoryMax / 2);

    private bool SpilledSinceRead { get; set; }

    /// <summary>
    /// Takes in an event that was just committed, unless memory is full or it was read from disk
    /// before its commit was announced.
    /// </summary>
    public void Committed(PendingEvent pending)
    {
        if (IsKnown(pending.Position))
        {
            return;
        }

        if (IsSpilled || Count >= memoryMax)
        {
            IsSpilled = SpilledSinceRead = true;
            return;
        }

        LastInMemory = pending.Position;
        Enqueue(pending);
    }

    /// <summary>Starts with everything on disk.</summary>
    public void BeginSpilled() => IsSpilled = true;

    /// <summary>Marks that what follows <see cref="LastInMemory"/> is about to be read.</summary>
    public void BeginRead() => SpilledSinceRead = false;

    /// <summary>Takes in what was read behind <see cref="LastInMemory"/>.</summary>
    public void EndRead(in EventPage page)
    {
        foreach (var pending in page.Events)
        {
            Enqueue(pending);
        }

        LastInMemory = page.Last;
        IsSpilled = !page.IsLast || SpilledSinceRead;
    }

    /// <summary>Holds the key for an event that waits for its retry.</summary>
    public void Hold(PendingEvent pending) =>
        pending.HoldsKey = !pending.IsOrdered || _held.TryAdd(pending.OrderingKey, null);

    /// <summary>An event's moment has come: it runs as soon as its key is free.</summary>
    public void Due(PendingEvent pending)
    {
        if (!pending.HoldsKey)
        {
            Hold(pending);
        }

        if (pending.HoldsKey)
        {
            _next.Enqueue(pending);
        }
        else
        {
            Block(pending);
        }
    }

    /// <summary>Takes the next event whose key is free or held for it.</summary>
    /// <param name="onlyHeld">Only an event whose key is held for it already.</param>
    /// <param name="pending">The event.</param>
    public bool TryTake(bool onlyHeld, [NotNullWhen(true)] out PendingEvent? pending)
    {
        if (_next.TryDequeue(out pending))
        {
            return true;
        }

        while (!onlyHeld && _ready.TryDequeue(out pending, out _))
        {
            if (!pending.IsOrdered || _held.TryAdd(pending.OrderingKey, null))
            {
                pending.HoldsKey = true;
                return true;
            }

            Block(pending);
        }

        pending = null;
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

    private bool IsKnown(EventPosition position) =>
        position.Priority == LastInMemory.Priority
        && (position.Revision, position.Ordinal).CompareTo(
            (LastInMemory.Revision, LastInMemory.Ordinal)
        ) <= 0;

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
