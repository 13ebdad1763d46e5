namespace Waverless.Events;

/// <summary>
/// Which events of a lane are in memory although the disk could give them again: those that wait
/// for a moment or have waited, until their record is gone. Not thread-safe: its lane locks it.
/// </summary>
internal sealed class PostponedEvents(int countMax, int bytesMax)
{
    private readonly Dictionary<(ulong Revision, int Ordinal), PendingEvent> _known = [];

    // Ended while a page was being read that may still hold them; null: nothing is being read.
    private HashSet<(ulong Revision, int Ordinal)>? _gone;

    public int Count => _known.Count;

    /// <summary>About what they take in memory.</summary>
    public long Bytes { get; private set; }

    /// <summary>Whether no further event may be begun that could have to wait.</summary>
    public bool IsFull => _known.Count >= countMax || Bytes >= bytesMax;

    /// <summary>Whether the next page fits.</summary>
    public bool HasRoomToRead =>
        _known.Count <= countMax - ReadMax.Events && Bytes <= bytesMax - ReadMax.Bytes;

    /// <summary>How much to read at once.</summary>
    public LaneRoom ReadMax { get; } =
        new(Math.Clamp(countMax / 4, 1, 1_024), Math.Max(1, bytesMax / 4));

    public void Add(PendingEvent pending)
    {
        _known.Remove(Key(pending), out var former);
        _known.Add(Key(pending), pending);
        Bytes += pending.Bytes - (former?.Bytes ?? 0);
    }

    /// <summary>Takes in an event of a page; false: it is in memory already, or has ended.</summary>
    public bool AddRead(PendingEvent pending)
    {
        if (_gone?.Contains(Key(pending)) == true || !_known.TryAdd(Key(pending), pending))
        {
            return false;
        }

        Bytes += pending.Bytes;
        return true;
    }

    /// <summary>Whether exactly this is what is known of the event.</summary>
    public bool Knows(PendingEvent pending) =>
        _known.TryGetValue(Key(pending), out var known) && known == pending;

    public void Remove(PendingEvent pending)
    {
        Bytes -= _known.Remove(Key(pending), out var former) ? former.Bytes : 0;
        _gone?.Add(Key(pending));
    }

    public void BeginRead() => _gone = [];

    public void EndRead() => _gone = null;

    private static (ulong, int) Key(PendingEvent pending) =>
        (pending.Position.Revision, pending.Position.Ordinal);
}
