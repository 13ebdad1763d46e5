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

    public const string UploadPrefix = "upload/";

    /// <summary>When a package was uploaded whose deployment has not ended.</summary>
    public static string UploadOf(string hash) => UploadPrefix + hash;

    /// <summary>That a node has begun to listen to the catalog.</summary>
    public static string NodeOf(NodeId node) => $"node/{node}";

    public const string AckPrefix = "ack/";

    /// <summary>
    /// What a node says of a deployment, in one of its phases. By its number, not by its version:
    /// a version can be deployed again, and what was said of it then counts no longer.
    /// </summary>
    public static string AckOf(string app, ulong deployment, DeployPhase phase, NodeId node) =>
        $"{AckPrefix}{app}/{deployment}/{phase}/{node}";

    public static PartitionId Partition { get; } = new(App, 0);
}
