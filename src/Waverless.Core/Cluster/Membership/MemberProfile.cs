using System.Collections.Immutable;
using Waverless.Messaging;

namespace Waverless.Cluster.Membership;

/// <summary>What a node tells about itself. Constant for one incarnation of one life.</summary>
/// <param name="Address">Where it listens for other nodes.</param>
/// <param name="Roles">What it is there for.</param>
internal sealed record MemberProfile(NodeAddress Address, NodeRoles Roles)
{
    /// <summary>Bytes (UTF-8) of a host, an HTTP address or a tag.</summary>
    public const int TextBytesMax = 255;

    /// <summary>Tags of one node.</summary>
    public const int TagsMax = 32;

    /// <summary>Its capacity relative to others; more than 0.</summary>
    public double Weight { get; init; } = 1;

    /// <summary>What affinity can ask for.</summary>
    public ImmutableArray<string> Tags { get; init; } = [];

    /// <summary>Where it takes HTTP requests; null: nowhere.</summary>
    public string? HttpAddress { get; init; }

    /// <summary>It is about to leave and takes no new work.</summary>
    public bool IsLeaving { get; init; }

    public bool Equals(MemberProfile? other) =>
        other is not null
        && Address == other.Address
        && Roles == other.Roles
        && Weight.Equals(other.Weight)
        && HttpAddress == other.HttpAddress
        && IsLeaving == other.IsLeaving
        && Tags.AsSpan().SequenceEqual(other.Tags.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Address, Roles, Weight, HttpAddress);
}
