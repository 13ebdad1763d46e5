namespace Waverless.Messaging;

/// <summary>
/// Kinds of messages and streams between nodes. Part of the protocol: a number is never used for
/// something else.
/// </summary>
internal static class ClusterMessages
{
    /// <summary>Kinds up to here are the membership's.</summary>
    public const ushort MembershipLast = 15;

    /// <summary>Membership: is this life of a node alive?</summary>
    public const ushort Ping = 1;

    /// <summary>Membership: a life of a node is alive, says it or another one.</summary>
    public const ushort Ack = 2;

    /// <summary>Membership: asks for a ping by another node.</summary>
    public const ushort PingRequest = 3;

    /// <summary>Membership: a node that was to ping for another had no answer in time.</summary>
    public const ushort Nack = 4;

    /// <summary>Membership: news, and nothing else.</summary>
    public const ushort Gossip = 5;

    /// <summary>Membership: a whole view, and the wish for the receiver's.</summary>
    public const ushort Exchange = 6;

    /// <summary>Membership: a whole view, for one that was sent.</summary>
    public const ushort ExchangeReply = 7;

    // 8 to 15 are kept for the membership.

    /// <summary>Reads a key.</summary>
    public const ushort Get = 16;

    /// <summary>Reads a page of keys.</summary>
    public const ushort Scan = 17;

    /// <summary>Commits to a partition.</summary>
    public const ushort Commit = 18;

    /// <summary>A stream of a partition's changes.</summary>
    public const ushort Watch = 19;

    /// <summary>Calls a function.</summary>
    public const ushort Call = 20;

    /// <summary>A call whose payload or answer is too large for one message: a stream.</summary>
    public const ushort LargeCall = 21;

    /// <summary>What became of events of a cascade that the receiver waits for.</summary>
    public const ushort Cascade = 22;

    /// <summary>A stream that fetches an answer which was too long for a message.</summary>
    public const ushort Answer = 23;

    /// <summary>Opens a state of a partition for several reads.</summary>
    public const ushort Snapshot = 24;

    /// <summary>Such a state is read no longer.</summary>
    public const ushort SnapshotClose = 25;

    /// <summary>Asks for a lock of a key.</summary>
    public const ushort Lock = 26;

    /// <summary>A holder of a lock lives.</summary>
    public const ushort LockRenew = 27;

    /// <summary>A lock is needed no longer.</summary>
    public const ushort LockRelease = 28;

    /// <summary>Runs an event of a partition that is at home on the sender.</summary>
    public const ushort RunEvent = 40;

    /// <summary>A chain is about to reach an app on the receiver: it is to be warm by then.</summary>
    public const ushort Warm = 48;

    // 64 to 79 are the moves'.

    /// <summary>Gives shards to another node.</summary>
    public const ushort Move = 64;

    /// <summary>Shards are about to come.</summary>
    public const ushort ImportBegin = 65;

    /// <summary>Records of a partition that comes.</summary>
    public const ushort ImportChunk = 66;

    /// <summary>All of it has come.</summary>
    public const ushort ImportFinish = 67;

    /// <summary>It is not wanted any more.</summary>
    public const ushort ImportAbort = 68;
}
