using Waverless.Cluster;

namespace Waverless.Hosting.Joining;

/// <summary>What a host needs to join, once. Whoever has it can become a node.</summary>
/// <param name="Token">The token: <c>Waverless:Join:Token</c> of the host that joins.</param>
/// <param name="Address">Where to join: <c>Waverless:Join:Address</c> of that host.</param>
/// <param name="Node">Which node it becomes.</param>
/// <param name="ExpiresAt">From then on it is refused.</param>
public sealed record JoinInvitation(
    string Token,
    string Address,
    NodeId Node,
    DateTimeOffset ExpiresAt
);
