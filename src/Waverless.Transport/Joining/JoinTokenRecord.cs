using Waverless.Cluster;

namespace Waverless.Transport.Joining;

/// <summary>What a cluster keeps of a token that has been given out.</summary>
/// <param name="Id">Names it.</param>
/// <param name="Node">Who its user becomes.</param>
/// <param name="Key">Derived from its secret; checks who uses it.</param>
/// <param name="ExpiresAt">From then on it is refused.</param>
public sealed record JoinTokenRecord(
    string Id,
    NodeId Node,
    ReadOnlyMemory<byte> Key,
    DateTimeOffset ExpiresAt
)
{
    /// <summary>Whether somebody has joined with it. Default: false.</summary>
    public bool IsUsed { get; init; }
}
