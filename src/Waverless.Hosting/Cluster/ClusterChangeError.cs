namespace Waverless.Hosting.Cluster;

/// <summary>Why nodes of a cluster do not change as was asked for.</summary>
public enum ClusterChangeError
{
    /// <summary>The node is by itself: its configuration names no cluster. The host's fault.</summary>
    NotClustered,

    /// <summary>The cluster knows no such node. The caller's fault.</summary>
    UnknownNode,

    /// <summary>
    /// The node keeps the cluster's metadata, which does not move. It stays in service.
    /// </summary>
    HoldsMetadata,

    /// <summary>
    /// No other worker is in service that could take its partitions. It stays in service.
    /// </summary>
    LastWorker,

    /// <summary>
    /// The node is away, and partitions are with it. Nothing has changed; start it first.
    /// </summary>
    NodeAway,

    /// <summary>The node was started again while it left, and is in service.</summary>
    Restarted,

    /// <summary>
    /// The host does not have the key of the cluster's authority, so it can let nobody join; another
    /// node has it.
    /// </summary>
    NoAuthority,

    /// <summary>The port for joins cannot be listened on. The host's configuration's fault.</summary>
    JoinPortTaken,

    /// <summary>1,000 join tokens are kept; some have to expire first.</summary>
    TooManyTokens,

    /// <summary>
    /// The cluster's metadata cannot be reached now; what was asked for may have begun.
    /// </summary>
    Unavailable,
}
