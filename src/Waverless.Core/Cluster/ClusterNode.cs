using System.Collections.Immutable;
using Waverless.Messaging;

namespace Waverless.Cluster;

/// <summary>A node as the cluster file has it.</summary>
/// <param name="Address">Where it listens for other nodes.</param>
/// <param name="Roles">What it is there for.</param>
internal sealed record ClusterNode(NodeAddress Address, NodeRoles Roles)
{
    public NodeId Id => Address.Id;

    /// <summary>Its capacity relative to others; more than 0.</summary>
    public double Weight { get; init; } = 1;

    /// <summary>What affinity can ask for.</summary>
    public ImmutableArray<string> Tags { get; init; } = [];

    /// <summary>Where it takes HTTP requests; null: nowhere.</summary>
    public string? HttpAddress { get; init; }

    /// <summary>Where users reach it instead of by its address; null: there.</summary>
    public string? Domain { get; init; }
}
