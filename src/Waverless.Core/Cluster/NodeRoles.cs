namespace Waverless.Cluster;

/// <summary>What a node is there for (DESIGN §1); one node may be all of it.</summary>
[Flags]
public enum NodeRoles
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Accepts requests and schedules them.</summary>
    Master = 1,

    /// <summary>Keeps partitions and runs functions.</summary>
    Worker = 2,

    /// <summary>Keeps the cluster's own metadata.</summary>
    Meta = 4,

    /// <summary>Everything: what a node by itself is.</summary>
    All = Master | Worker | Meta,
}
