using System.Collections.Immutable;
using Waverless.Cluster.Membership;
using Waverless.Messaging;
using Waverless.Scheduling;

namespace Waverless.Cluster;

/// <summary>What a node of a cluster is given besides.</summary>
internal sealed record ClusterParts
{
    /// <summary>Which of the nodes this one is.</summary>
    public required NodeId Self { get; init; }

    public required ITransport Transport { get; init; }

    /// <summary>The nodes of the cluster file, this one included.</summary>
    public required ImmutableArray<ClusterNode> Nodes { get; init; }

    /// <summary>Whether partitions go where the cluster's map says, when nodes come and go.</summary>
    public bool MovesPartitions { get; init; }

    public required IScheduler Scheduler { get; init; }

    public MembershipOptions Membership { get; init; } = new();
}
