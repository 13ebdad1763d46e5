using System.Diagnostics.CodeAnalysis;
using Waverless.Kv;

namespace Waverless.Events;

/// <summary>
/// The events of one function in one partition, in memory: ready ones in order, and behind each
/// held ordering key those that have to wait for it. Bounded; beyond the bound events stay on
/// disk and are read back from where memory ends. Events of a held key take at most half of the
/// memory: what is more of them is passed over. Not thread-safe: its lane locks it.
/// </summary>
internal sealed class LaneQueue(int memoryMax, int bytesMax)
{
    private readonly LaneFrontier _frontier = new();
    private readonly PassedKeys _passed = new();
    private readonly PriorityQueue<PendingEvent, (byte, ulong, int)> _ready = new();

    // Events whose key is held for them already; they go first.
    private readonly Queue<PendingEvent> _next = new();

    // A held key, and who waits for it in order of position; null: nobody.
    private readonly Dictionary<KvKey, PriorityQueue<PendingEvent, (ulong, int)>?> _held = [];
    private readonly int _blockedMax = Math.Max(1, memoryMax / 2);
    private readonly int _blockedOfKeyMax = Math.Max(1, memoryMax / 4);
    private readonly int _blockedBytesMax = Math.Max(1, bytesMax / 2);
    private int _blocked;
    private long _blockedBytes;
    private long _readyBytes;
    private int _endedSinceCursor;

    /// <summary>After that many ended events, it is worth writing down where the rest begins.</summary>
    public const int CursorEvery = 1_024;

    /// <summary>Events in memory that have not been taken.</summary>
    public int Count => _ready.Count + _next.Count + _blocked;

    /// <summary>About what they take in memory.</summary>
    public long Bytes => _readyBytes + _blockedBytes;

    /// <summary>Events that can be taken now, or turn out to wait for their key.</summary>
    public int ReadyCount => _ready.Count + _next.Count;

    /// <summary>Events whose key is held for them.</summary>
    public int NextCount => _next.Count;

    /// <summary>Keys whose events were passed over.</summary>
    public int PassedCount => _passed.Count;

    /// <summary>Whether there is something to read from disk, and room for it.</summary>
    public bool WantsRead =>
        _passed.HasWanted
        || (_frontier.IsSpilled && ReadyCount <= memoryMax / 4 && _readyBytes <= bytesMax / 4);

    /// <summary>Whether the next read is of a key that was passed over.</summary>
    public bool WantsPassed => _passed.HasWanted;

    /// <summary>How much to read at once.</summary>
    public LaneRoom ReadMax { get; } = new(Math.Max(1, memoryMax / 4), Math.Max(1, bytesMax / 4));

    /// <summary>
    /// Takes in an event that was just committed, unless memory is full or it was read from disk
    /// before its commit was announced.
    /// </summary>
    public void Committed(PendingEvent pending)
    {
        // What apply has added to the record is on disk only.
        var isWhole = (pending.Record.Flags & EventFlags.WantsOldValue) == 0;
        var hasRoom = Count < memoryMax && Bytes + pending.Bytes <= bytesMax;
        if (_frontier.TryAdvance(pending.Position, hasRoom && isWhole))
        {
            Enqueue(pending);
        }
    }

    /// <summary>Starts with everything on disk.</summary>
    public void BeginSpilled() => _frontier.BeginSpilled();

    /// <summary>Where to read on; what is committed meanwhile may not be in the page.</summary>
    public EventPosition BeginRead() => _frontier.BeginRead();

    /// <summary>Takes in what was read; hears of each event that is news.</summary>
    public void EndRead(in EventPage page, Action<PendingEvent> isNew)
    {
        foreach (var pending in page.Events)
        {
            if (_frontier.TryAdvanceByRead(pending.Position))
            {
                isNew(pending);
                Enqueue(pending);
            }
        }

        _frontier.EndRead(page.Last, page.IsLast);
    }

    /// <summary>Begins to read the next events of a key that was passed over.</summary>
    public PassedRead BeginPassedRead() => _passed.BeginRead(_frontier);

    /// <summary>Takes in the key's events of a page, as many as there is room for.</summary>
    public void EndPassedRead(in PassedRead read, in EventPage page)
    {
        EventPosition? rest = page.IsLast || !read.Covers(page.Last) ? null : Behind(page.Last);
        var room = _blocked < _blockedMax ? _blockedOfKeyMax : 1;
        foreach (var pending in page.Events)
        {
            if (!read.Covers(pending.Position))
            {
                break;
            }

            if (pending.OrderingKey != read.Key)
            {
                continue;
            }

            if (room-- == 0 || (_blockedBytes >= _blockedBytesMax && _held[read.Key]?.Count > 0))
            {
                rest = pending.Position;
                break;
            }

            _frontier.BandOf(pending.Position.Priority).Outstanding.AddLate(pending.Position);
            Block(pending);
        }

        _passed.EndRead(rest);
        PassOn(read.Key);
    }

    /// <summary>The reading failed: all of it is to be read again.</summary>
    public void AbandonPassedRead(in PassedRead read)
    {
        _passed.EndRead(read.Start);
        PassOn(read.Key);
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
            MakeNext(pending);
        }
        else
        {
            Block(pending);
        }
    }

    /// <summary>A delayed message has become ready: it takes its place by priority.</summary>
    public void Arrived(PendingEvent pending)
    {
        if (pending.IsOrdered && _held.ContainsKey(pending.OrderingKey))
        {
            Block(pending);
            return;
        }

        MakeReady(pending);
    }

    /// <summary>Takes the next event whose key is free or held for it.</summary>
    /// <param name="onlyHeld">Only an event whose key is held for it already.</param>
    /// <param name="pending">The event.</param>
    public bool TryTake(bool onlyHeld, [NotNullWhen(true)] out PendingEvent? pending)
    {
        while (_next.TryDequeue(out pending))
        {
            _readyBytes -= pending.Bytes;
            // A parked one holds its key and waits.
            if (!pending.IsParked)
            {
                pending.IsBehind = false;
                return true;
            }
        }

        while (!onlyHeld && _ready.TryDequeue(out pending, out _))
        {
            _readyBytes -= pending.Bytes;
            if (!pending.IsOrdered || _held.TryAdd(pending.OrderingKey, null))
            {
                (pending.HoldsKey, pending.IsBehind) = (true, false);
                return true;
            }

            BlockOrPass(pending);
        }

        pending = null;
        return false;
    }

    /// <summary>
    /// Takes what may run in one window with an event that was taken: further events of its key in
    /// order, and events of other keys. Events that failed before run alone.
    /// </summary>
    public void FillWindow(List<PendingEvent> window, int eventsMax, bool onlyHeld)
    {
        // Made only when an event meets a key that is held, which may be the window's own.
        HashSet<KvKey>? keys = null;
        TakeBehind(window, window[0], eventsMax);
        while (window.Count < eventsMax)
        {
            var isHeld = _next.TryPeek(out var next);
            if (isHeld && next!.IsParked)
            {
                _next.Dequeue();
                _readyBytes -= next.Bytes;
                continue;
            }

            if (!isHeld && (onlyHeld || !_ready.TryPeek(out next, out _)))
            {
                return;
            }

            if (!window[0].SharesWindow(next!))
            {
                return;
            }

            _readyBytes -= next!.Bytes;
            if (isHeld)
            {
                window.Add(_next.Dequeue());
                next!.IsBehind = false;
                keys?.Add(next.OrderingKey);
                TakeBehind(window, next, eventsMax);
                continue;
            }

            _ready.Dequeue();
            if (!next!.IsOrdered || _held.TryAdd(next.OrderingKey, null))
            {
                // Its key was free, so nobody waits behind it.
                (next.HoldsKey, next.IsBehind) = (true, false);
                window.Add(next);
                keys?.Add(next.OrderingKey);
                continue;
            }

            keys ??= [.. window.Select(item => item.OrderingKey)];
            if (keys.Contains(next.OrderingKey) && IsFirstOfKey(next.OrderingKey))
            {
                TakeBehind(window, next);
            }
            else
            {
                BlockOrPass(next);
            }
        }
    }

    /// <summary>Events of a window go back behind their key, which is still held.</summary>
    public void ReturnBlocked(PendingEvent pending)
    {
        pending.HoldsKey = false;
        pending.IsBehind = false;
        Block(pending);
    }

    /// <summary>An event that holds its key goes back to run at once.</summary>
    public void ReturnHeld(PendingEvent pending) => MakeNext(pending);

    /// <summary>An event has ended: the key passes to the next one that waits for it.</summary>
    public void Release(PendingEvent pending)
    {
        pending.HoldsKey = false;
        if (pending.IsOrdered && _held.ContainsKey(pending.OrderingKey))
        {
            PassOn(pending.OrderingKey);
        }
    }

    /// <summary>All events of a window have ended.</summary>
    public void Release(IReadOnlyList<PendingEvent> window)
    {
        // From the end: the first of a key hands it on when those behind it are done with it.
        for (var index = window.Count - 1; index >= 0; index--)
        {
            var pending = window[index];
            if (pending.IsBehind)
            {
                (pending.IsBehind, pending.HoldsKey) = (false, false);
            }
            else
            {
                Release(pending);
            }
        }
    }

    /// <summary>
    /// The record of a ready event is gone from its place; true: it is time to write down where
    /// the rest begins.
    /// </summary>
    public bool Gone(PendingEvent pending)
    {
        if (
            pending.State != EventState.Ready
            || !_frontier.TryFind(pending.Position.Priority, out var band)
        )
        {
            return false;
        }

        band.Outstanding.Remove(pending.Position);
        if (++_endedSinceCursor < CursorEvery)
        {
            return false;
        }

        _endedSinceCursor = 0;
        return true;
    }

    /// <summary>Adds to a commit below which positions no ready record is left.</summary>
    public void AddCursors(Commit commit, ReadOnlySpan<byte> function)
    {
        foreach (var band in _frontier.Bands)
        {
            if (band.Last.Revision == 0)
            {
                continue;
            }

            var lowest = band.Outstanding.Lowest is { } known
                ? band.Last with
                {
                    Revision = known.Revision,
                    Ordinal = known.Ordinal,
                }
                : Behind(band.Last);
            if (
                _passed.TryFindLowest(band.Priority, out var passed)
                && (passed.Value.Revision, passed.Value.Ordinal).CompareTo(
                    (lowest.Revision, lowest.Ordinal)
                ) < 0
            )
            {
                lowest = passed.Value;
            }

            commit.Cursor(function, lowest);
        }
    }

    private static EventPosition Behind(in EventPosition position) =>
        position with
        {
            Ordinal = position.Ordinal + 1,
        };

    private void Enqueue(PendingEvent pending)
    {
        var position = pending.Position;
        if (pending.IsOrdered && _held.ContainsKey(pending.OrderingKey))
        {
            if (MustPass(pending.OrderingKey))
            {
                _passed.Add(pending.OrderingKey, position);
                return;
            }

            Block(pending);
        }
        else
        {
            MakeReady(pending);
        }

        _frontier.BandOf(position.Priority).Outstanding.Add(position);
    }

    private bool IsFirstOfKey(in KvKey key) =>
        !_passed.Contains(key) && (_held[key]?.Count ?? 0) == 0;

    /// <summary>Whether events of a held key have to stay on disk.</summary>
    private bool MustPass(in KvKey key) =>
        _passed.Contains(key)
        || _blocked >= _blockedMax
        || _blockedBytes >= _blockedBytesMax
        || _held[key]?.Count >= _blockedOfKeyMax;

    private void BlockOrPass(PendingEvent pending)
    {
        // A delayed message is not among the ready records, where what is passed over is found.
        if (pending.State != EventState.Ready || !MustPass(pending.OrderingKey))
        {
            Block(pending);
            return;
        }

        _frontier.BandOf(pending.Position.Priority).Outstanding.Remove(pending.Position);
        _passed.Add(pending.OrderingKey, pending.Position);
    }

    private void Block(PendingEvent pending)
    {
        var waiting = _held[pending.OrderingKey] ??= new();
        waiting.Enqueue(pending, (pending.Position.Revision, pending.Position.Ordinal));
        _blocked++;
        _blockedBytes += pending.Bytes;
    }

    private void MakeReady(PendingEvent pending)
    {
        var position = pending.Position;
        _ready.Enqueue(pending, (position.Priority, position.Revision, position.Ordinal));
        _readyBytes += pending.Bytes;
    }

    private void MakeNext(PendingEvent pending)
    {
        _next.Enqueue(pending);
        _readyBytes += pending.Bytes;
    }

    private void Unblocked(PendingEvent pending)
    {
        _blocked--;
        _blockedBytes -= pending.Bytes;
    }

    /// <summary>Gives a held key to the next event, in memory or on disk, or frees it.</summary>
    private void PassOn(in KvKey key)
    {
        if (_held[key] is { } waiting && waiting.TryDequeue(out var next, out _))
        {
            Unblocked(next);
            next.HoldsKey = true;
            MakeNext(next);
        }
        else if (_passed.Contains(key))
        {
            _passed.Want(key);
        }
        else
        {
            _held.Remove(key);
        }
    }

    private void TakeBehind(List<PendingEvent> window, PendingEvent first, int eventsMax)
    {
        if (!first.IsOrdered || _held[first.OrderingKey] is not { } waiting)
        {
            return;
        }

        while (
            window.Count < eventsMax
            && waiting.TryPeek(out var next, out _)
            && window[0].SharesWindow(next)
        )
        {
            waiting.Dequeue();
            Unblocked(next);
            TakeBehind(window, next);
        }
    }

    private static void TakeBehind(List<PendingEvent> window, PendingEvent next)
    {
        next.HoldsKey = true;
        next.IsBehind = true;
        window.Add(next);
    }
}
