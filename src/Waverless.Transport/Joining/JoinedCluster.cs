using System.Collections.Immutable;
using Waverless.Transport.Identity;

namespace Waverless.Transport.Joining;

/// <summary>What a node has that has joined.</summary>
/// <param name="Identity">Its certificate, with its key.</param>
/// <param name="Nodes">Nodes that it can ask for all others.</param>
public sealed record JoinedCluster(NodeIdentity Identity, ImmutableArray<JoinedNode> Nodes);
