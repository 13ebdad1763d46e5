namespace Waverless.Cluster.Moves;

/// <summary>Why a node cannot leave.</summary>
internal enum LeaveError
{
    /// <summary>The cluster knows no such node.</summary>
    UnknownNode,

    /// <summary>The cluster's metadata is with it, and no other node could take that over.</summary>
    HoldsMetadata,

    /// <summary>No other worker is in service that could take its partitions.</summary>
    LastWorker,

    /// <summary>The node is away, and partitions are with it.</summary>
    Away,

    /// <summary>The node has started again meanwhile, and is in service.</summary>
    Restarted,

    /// <summary>The cluster's metadata cannot be reached.</summary>
    Unavailable,
}
