using System.Collections.Immutable;
using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Waverless.Messaging;

namespace Waverless.Cluster.Membership;

/// <summary>What a <see cref="SwimMembership"/> is made of.</summary>
internal sealed record SwimParts
{
    public required ITransport Transport { get; init; }

    /// <summary>What this node tells about itself; its address is the transport's.</summary>
    public required MemberProfile Profile { get; init; }

    /// <summary>This life of the node; see <see cref="BootId"/>.</summary>
    public required ulong Boot { get; init; }

    /// <summary>Where to ask who is there: the cluster file's nodes, or any member.</summary>
    public required ImmutableArray<NodeAddress> Seeds { get; init; }

    public required TimeProvider Time { get; init; }

    public required TaskScheduler Scheduler { get; init; }

    /// <summary>Seeded; the membership's alone.</summary>
    public required Random Random { get; init; }

    public required IMeterFactory Meters { get; init; }

    public required ILoggerFactory Loggers { get; init; }

    public MembershipOptions Options { get; init; } = new();
}
