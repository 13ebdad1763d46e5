namespace Waverless.Events;

/// <summary>
/// The ready events of one priority in a lane: how far memory knows them, and whether there are
/// more on disk. Not thread-safe: its lane locks it.
/// </summary>
internal sealed class LaneBand(byte priority)
{
    /// <summary>Of which priority.</summary>
    public byte Priority => priority;

    /// <summary>The highest position that memory has seen: reading goes on behind it.</summary>
    public EventPosition Last { get; set; } = new(0, priority, 0, 0);

    /// <summary>Whether events beyond <see cref="Last"/> exist on disk only.</summary>
    public bool IsSpilled { get; set; }

    /// <summary>Whether some came while a page was being read, which may not show them.</summary>
    public bool SpilledSinceRead { get; set; }

    /// <summary>Those in memory whose records are not gone.</summary>
    public OutstandingPositions Outstanding { get; } = new();

    public bool Knows(in EventPosition position) =>
        (position.Revision, position.Ordinal).CompareTo((Last.Revision, Last.Ordinal)) <= 0;

    /// <summary>An event is to stay on disk for now.</summary>
    public void Spill() => IsSpilled = SpilledSinceRead = true;
}
