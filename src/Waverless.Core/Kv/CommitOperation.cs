using Waverless.Events;

namespace Waverless.Kv;

/// <summary>
/// One decoded operation of a commit. Which members carry meaning follows from <see cref="Tag"/>;
/// the others are default. The spans point into the commit's bytes.
/// </summary>
public ref struct CommitOperation
{
    /// <summary>What to do.</summary>
    public CommitTag Tag { get; internal set; }

    /// <summary>Which area the key is in.</summary>
    public KeyArea Area { get; internal set; }

    /// <summary>
    /// Key of conditions and mutations; first key of a range; key of an event's condition, or of
    /// the record by which it is stored once.
    /// </summary>
    public ReadOnlySpan<byte> Key { get; internal set; }

    /// <summary>Value of a put; end of a range (exclusive); encoded record of an event.</summary>
    public ReadOnlySpan<byte> Value { get; internal set; }

    /// <summary>Revision number of conditions.</summary>
    public ulong Number { get; internal set; }

    /// <summary>Whether it changes a key of the app.</summary>
    internal readonly bool ChangesData => Tag.IsMutation() && Area == KeyArea.Data;

    /// <summary>Whether it is about a key of the app.</summary>
    internal readonly bool IsOfData => Tag.HasArea() && Area == KeyArea.Data;

    /// <summary>
    /// Store time from which on a value is absent, Unix milliseconds; for <c>PutFor</c>, and for
    /// the record by which an event is stored once, the span in milliseconds.
    /// </summary>
    public long DeadlineMs { get; internal set; }

    /// <summary>
    /// Beginning of the record by which an event is stored once; apply adds the event's revision
    /// and ordinal.
    /// </summary>
    public ReadOnlySpan<byte> Fingerprint { get; internal set; }

    /// <summary>When an event is stored.</summary>
    public EventCondition When { get; internal set; }

    /// <summary>The state to store an event in; the state a completion's record has now.</summary>
    public EventState State { get; internal set; }

    /// <summary>
    /// UTF-8 name of the function whose record it is, within the partition's app.
    /// </summary>
    public ReadOnlySpan<byte> Function { get; internal set; }

    /// <summary>
    /// UTF-8 app of the other partition: an event's target or an accepted event's source. Empty on
    /// an event means: this partition.
    /// </summary>
    public ReadOnlySpan<byte> PeerApp { get; internal set; }

    /// <summary>Number of the other partition.</summary>
    public int PeerPartition { get; internal set; }

    /// <summary>
    /// Due time and priority of a new event; where the record stands now for completions; the
    /// source's revision and ordinal for an accepted event.
    /// </summary>
    public EventPosition Position { get; internal set; }

    /// <summary>New due time of a rescheduled event, Unix milliseconds.</summary>
    public long NewDueMs { get; internal set; }
}
