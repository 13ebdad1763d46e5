namespace Waverless.Messaging;

/// <summary>
/// Kinds of messages and streams between nodes. Part of the protocol: a number is never used for
/// something else.
/// </summary>
internal static class ClusterMessages
{
    /// <summary>Membership: probes, their answers, gossip, exchanges of whole views (1 to 15).</summary>
    public const ushort Membership = 1;

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
}
