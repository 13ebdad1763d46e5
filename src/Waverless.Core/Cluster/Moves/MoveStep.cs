namespace Waverless.Cluster.Moves;

/// <summary>
/// Places of a move between two steps that must hold together, named after the step that was just
/// done.
/// </summary>
internal enum MoveStep
{
    /// <summary>The target has agreed; nothing is copied.</summary>
    Begun,

    /// <summary>All was copied once, while work went on.</summary>
    Copied,

    /// <summary>Nothing is committed to the shards any more; only memory knows.</summary>
    Closed,

    /// <summary>The disk knows that the shards are closed.</summary>
    Fenced,

    /// <summary>The target has all, and has not been told so.</summary>
    Sent,

    /// <summary>The target has checked and kept all; the map is the old one.</summary>
    Finished,

    /// <summary>The map is changed; no node has heard.</summary>
    MapChanged,

    /// <summary>The source has deleted a partition that has moved; its fence is there still.</summary>
    Deleted,

    /// <summary>The source's disk has nothing of the shard any more.</summary>
    SourceUnfenced,

    /// <summary>The target expects the shards; the source has no answer.</summary>
    ImportBegun,

    /// <summary>The target has written a piece; the source has no answer.</summary>
    ImportWritten,

    /// <summary>The target has checked and kept all; the source has no answer.</summary>
    ImportFinished,

    /// <summary>A map is on the disk; what it gives to the node is not taken up.</summary>
    Remembered,

    /// <summary>The events of a shard are read; the shard is closed.</summary>
    EventsRead,

    /// <summary>The disk says that the shard may be served; it is not.</summary>
    TargetUnfenced,

    /// <summary>The shard is served; none of its events runs.</summary>
    Opened,
}
