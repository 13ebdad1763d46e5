namespace Waverless.Cluster.Membership;

/// <summary>Times and bounds of the membership protocol; the defaults suit a LAN.</summary>
internal sealed record MembershipOptions
{
    /// <summary>How often a node begins a probe of another one.</summary>
    public TimeSpan ProbePeriod { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How long a probe waits for an answer before it asks others to try.</summary>
    public TimeSpan ProbeTimeout { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>How long a probe waits in all, before the node is suspected.</summary>
    public TimeSpan ProbeDeadline { get; init; } = TimeSpan.FromMilliseconds(800);

    /// <summary>How many others are asked to try.</summary>
    public int IndirectProbes { get; init; } = 3;

    /// <summary>How long a suspicion lasts at least, when many share it.</summary>
    public TimeSpan SuspicionLow { get; init; } = TimeSpan.FromMilliseconds(1_500);

    /// <summary>
    /// How long a suspicion lasts that nobody else shares; longer in clusters of more than 50.
    /// </summary>
    public TimeSpan SuspicionHigh { get; init; } = TimeSpan.FromMilliseconds(2_800);

    /// <summary>How many others have to share a suspicion for it to end soonest.</summary>
    public int SuspicionSharers { get; init; } = 3;

    /// <summary>How often news go out besides those on probes.</summary>
    public TimeSpan GossipPeriod { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>To how many nodes they go.</summary>
    public int GossipFanOut { get; init; } = 3;

    /// <summary>A piece of news is sent this often times log10(nodes + 1), rounded up.</summary>
    public int RetransmitFactor { get; init; } = 4;

    /// <summary>How often a load report that was heard is passed on.</summary>
    public int LoadRetransmits { get; init; } = 3;

    /// <summary>Bytes of news on one message.</summary>
    public int NewsBytesMax { get; init; } = 1_400;

    /// <summary>Bytes of load reports on one message.</summary>
    public int LoadBytesMax { get; init; } = 2_048;

    /// <summary>Bytes of one message of an exchange; a larger view takes several.</summary>
    public int ExchangeBytesMax { get; init; } = 64 * 1024;

    /// <summary>How often whole views are exchanged with some other node.</summary>
    public TimeSpan ExchangePeriod { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>
    /// How often a node that is out, or a seed that was never met, is tried: joins, and partitions
    /// that have healed.
    /// </summary>
    public TimeSpan ReconnectPeriod { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long a node that is out or has left is remembered; seeds are for ever.</summary>
    public TimeSpan RememberGone { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Nodes of a view; further ones are ignored and counted.</summary>
    public int MembersMax { get; init; } = 4_096;

    /// <summary>Messages to one node that are not handed over yet; further ones are dropped.</summary>
    public int PostsMax { get; init; } = 16;

    /// <summary>How long a goodbye may take.</summary>
    public TimeSpan LeaveTimeout { get; init; } = TimeSpan.FromSeconds(1);
}
