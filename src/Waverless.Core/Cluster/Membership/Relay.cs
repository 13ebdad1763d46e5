using Waverless.Messaging;

namespace Waverless.Cluster.Membership;

/// <summary>A ping on behalf of another node.</summary>
internal sealed record Relay(NodeAddress Origin, ulong OriginSequence, TimeSpan NackAt)
{
    public bool IsNacked { get; init; }

    /// <summary>When it is forgotten.</summary>
    public required TimeSpan Ends { get; init; }

    public TimeSpan Due => IsNacked ? Ends : NackAt;
}
