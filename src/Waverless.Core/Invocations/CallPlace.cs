using Waverless.Cluster;

namespace Waverless.Invocations;

/// <summary>Where a call is to run: here (the default), on another node, or nowhere.</summary>
/// <param name="Node">The other node; null: none.</param>
/// <param name="Refusal">Why it can run nowhere, for a person; null: it can.</param>
internal readonly record struct CallPlace(NodeId? Node, string? Refusal)
{
    public static CallPlace Here => default;

    public bool IsHere => Node is null && Refusal is null;

    public static CallPlace On(NodeId node) => new(node, null);

    public static CallPlace Nowhere(string why) => new(null, why);
}
