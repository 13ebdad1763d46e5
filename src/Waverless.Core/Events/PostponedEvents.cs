namespace Waverless.Events;

/// <summary>
/// Which events of a lane are in memory although the disk could give them again: those that wait
/// for a moment or have waited, until their record is gone. Not thread-safe: its lane locks it.
/// </summary>
internal sealed class PostponedEvents(int countMax)
{
    private readonly Dictionary<(ulong Revision, int Ordinal), PendingEvent> _known = [];

    // Ended while a page was being read that may still hold them; null: nothing is being read.
    private HashSet<(ulong Revision, int Ordinal)>? _gone;

    public int Count => _known.Count;

    /// <summary>Whether no further event may be begun that could have to wait.</summary>
    public bool IsFull => _known.Count >= countMax;

    /// <summary>Whether the next page fits.</summary>
    public bool HasRoomToRead => _known.Count <= countMax - ReadMax;

    /// <summary>Most records to read at once.</summary>
    public int ReadMax { get; } = Math.Clamp(countMax / 4, 1, 1_024);

    public void Add(PendingEvent pending) => _known[Key(pending)] = pending;

    /// <summary>Takes in an event of a page; false: it is in memory already, or has ended.</summary>
    public bool AddRead(PendingEvent pending) =>
        _gone?.Contains(Key(pending)) != true && _known.TryAdd(Key(pending), pending);

    /// <summary>Whether exactly this is what is known of the event.</summary>
    public bool Knows(PendingEvent pending) =>
        _known.TryGetValue(Key(pending), out var known) && known == pending;

    public void Remove(PendingEvent pending)
    {
        _known.Remove(Key(pending));
        _gone?.Add(Key(pending));
    }

    public void BeginRead() => _gone = [];

    public void EndRead() => _gone = null;

    private static (ulong, int) Key(PendingEvent pending) =>
        (pending.Position.Revision, pending.Position.Ordinal);
}
