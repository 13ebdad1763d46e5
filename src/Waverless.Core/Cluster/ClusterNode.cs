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

    /// <summary>Where it takes HTTP requests; null: a port above that for other nodes.</summary>
    public string? HttpAddress { get; init; }

    /// <summary>Where users reach it, if not by its own address: what they are told.</summary>
    public string? Domain { get; init; }

    /// <summary>Where it listens for HTTP, unless its host says otherwise.</summary>
    public string HttpUrl => HttpAddress ?? $"http://{HostOfUrl}:{Address.Port + 1}";

    /// <summary>Where users are told to find it.</summary>
    public string PublicUrl => Domain ?? HttpUrl;

    private string HostOfUrl =>
        Address.Host.Contains(':', StringComparison.Ordinal) ? $"[{Address.Host}]" : Address.Host;
}
