namespace Waverless.Cluster;

/// <summary>Identity of a node, as the cluster file gives it.</summary>
/// <param name="Value">1 or more.</param>
public readonly record struct NodeId(uint Value)
{
    /// <summary>The number.</summary>
    public override string ToString() =>
        Value.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
