using System.Diagnostics.CodeAnalysis;
using Waverless.Cluster;

namespace Waverless.Scheduling;

/// <summary>What affinity leaves of a cluster: nodes, or the reason why there are none.</summary>
/// <param name="Cluster">At least one node; null: nobody is allowed.</param>
/// <param name="Reason">What was asked for and is not there; null: somebody is allowed.</param>
internal readonly record struct AffinityChoice(ClusterSnapshot? Cluster, string? Reason)
{
    /// <summary>Whether there are nodes to choose from.</summary>
    [MemberNotNullWhen(true, nameof(Cluster))]
    [MemberNotNullWhen(false, nameof(Reason))]
    public bool IsAny => Cluster is not null;
}
