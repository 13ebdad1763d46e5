using System.Collections.Immutable;
using Waverless.Cluster.Membership;
using Waverless.Cluster.Moves;
using Waverless.Messaging;
using Waverless.Scheduling;

namespace Waverless.Cluster;

/// <summary>What a node of a cluster is given besides.</summary>
internal sealed record ClusterParts
{
    /// <summary>Which of the nodes this one is.</summary>
    public required NodeId Self { get; init; }

    public required ITransport Transport { get; init; }

    /// <summary>
    /// The nodes of the cluster file, this one included; for one that has joined those that it was
    /// told of, the one with the metadata among them.
    /// </summary>
    public required ImmutableArray<ClusterNode> Nodes { get; init; }

    /// <summary>Whether the others do not know this node by their cluster file.</summary>
    public bool HasJoined { get; init; }

    /// <summary>Whether partitions go where the cluster's map says, when nodes come and go.</summary>
    public bool MovesPartitions { get; init; }

    /// <summary>Hears of each step of a move; tests end nodes there.</summary>
    public Action<MoveStep> MovePassed { get; init; } = static _ => { };

    public required IScheduler Scheduler { get; init; }

    public MembershipOptions Membership { get; init; } = new();
}
