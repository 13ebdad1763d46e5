using Waverless.Kv;

namespace Waverless.Cluster.Deployment;

/// <summary>Keys of the cluster's metadata partition.</summary>
internal static class CatalogKeys
{
    /// <summary>The app whose partition 0 holds the metadata; no user's app can have its name.</summary>
    public const string App = "_waverless";

    public const string AppPrefix = "app/";

    /// <summary>Which versions of an app there are, and which is in service.</summary>
    public static string AppOf(string app) => AppPrefix + app;

    /// <summary>The length of a package; there once all its pieces are.</summary>
    public static string PackageOf(string hash) => $"package/{hash}";

    /// <summary>A piece of a package's bytes.</summary>
    public static string PieceOf(string hash, int piece) => $"{PiecesOf(hash)}{piece:D6}";

    public static string PiecesOf(string hash) => $"package/{hash}/";

    public const string NodePrefix = "node/";

    /// <summary>That a node has begun to listen to the catalog.</summary>
    public static string NodeOf(NodeId node) => NodePrefix + node;

    public const string AckPrefix = "ack/";

    /// <summary>What a node says of a version, in one phase of its deployment.</summary>
    public static string AckOf(string app, string hash, DeployPhase phase, NodeId node) =>
        $"{AcksOf(app, hash, phase)}{node}";

    public static string AcksOf(string app, string hash, DeployPhase phase) =>
        $"{AckPrefix}{app}/{hash}/{phase}/";

    public static PartitionId Partition { get; } = new(App, 0);
}
