namespace Waverless.Events;

/// <summary>Bounds of what the pump keeps in memory.</summary>
internal sealed record PumpBounds
{
    /// <summary>Ready events in memory per function and partition; the rest waits on disk.</summary>
    public int LaneMemoryMax { get; init; } = 4_096;

    /// <summary>
    /// Bytes of events in memory per function and partition, of each kind by itself: ready ones,
    /// those that wait for a retry, delayed ones that became ready. The rest waits on disk.
    /// </summary>
    public int LaneBytesMax { get; init; } = 16 * 1024 * 1024;

    /// <summary>
    /// Events per function and partition that wait in memory for a retry or another moment. At
    /// this many nothing new is begun until one of them has ended.
    /// </summary>
    public int LanePostponedMax { get; init; } = 65_536;

    /// <summary>
    /// Drains of functions that run for 50 ms or more that hold a guest thread at once; further
    /// ones wait, so that short functions find a thread.
    /// </summary>
    public int LongDrainsMax { get; init; } = 192;

    /// <summary>
    /// Delayed messages of one lane that have become ready and not ended; at this many, further
    /// ones wait on disk.
    /// </summary>
    public int LaneDelayedMax { get; init; } = 4_096;

    /// <summary>
    /// Parked events per function and partition; at this many, further ones become dead letters.
    /// </summary>
    public int ParkedMax { get; init; } = 1_000;

    /// <summary>
    /// Where each write is forced to the disk: how long, in milliseconds, a finished event waits
    /// for a commit that takes it along before it is written down by itself. Nobody waits for it
    /// meanwhile; what someone waits for is written at once.
    /// </summary>
    public int CompletionDelayMsMax { get; init; } = 2;
}
