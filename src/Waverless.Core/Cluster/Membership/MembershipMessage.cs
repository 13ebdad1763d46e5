using Waverless.Messaging;

namespace Waverless.Cluster.Membership;

/// <summary>A message of the protocol. What a kind does not need is empty.</summary>
/// <param name="From">What the sender says of itself; on every message, so that nobody who is
/// heard of is unknown, and every message can refute a suspicion.</param>
internal sealed record MembershipMessage(MemberRecord From)
{
    /// <summary>Which probe it belongs to; counted by who probes.</summary>
    public ulong Sequence { get; init; }

    /// <summary>Which life is probed, or has answered; 0: any.</summary>
    public ulong Boot { get; init; }

    /// <summary>Who is to be probed, or has answered.</summary>
    public NodeAddress? Subject { get; init; }

    public IReadOnlyList<MemberRecord> News { get; init; } = [];

    public IReadOnlyList<KeyValuePair<NodeId, LoadReport>> Loads { get; init; } = [];
}
