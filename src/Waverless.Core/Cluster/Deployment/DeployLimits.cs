namespace Waverless.Cluster.Deployment;

/// <summary>Bounds of deployments to a cluster.</summary>
internal static class DeployLimits
{
    /// <summary>Versions of an app that are kept to go back to, the active one included.</summary>
    public const int VersionsMax = 5;

    /// <summary>How long all nodes together may take for one phase.</summary>
    public static readonly TimeSpan PhaseTimeout = TimeSpan.FromSeconds(60);

    /// <summary>How long what a node has said of a version is kept.</summary>
    public static readonly TimeSpan AckLifetime = TimeSpan.FromHours(1);

    /// <summary>
    /// After how long a package counts as forgotten whose deployment has not ended: the node that
    /// deployed it has died meanwhile.
    /// </summary>
    public static readonly TimeSpan UploadLifetime = TimeSpan.FromMinutes(15);

    /// <summary>Pause before the catalog is asked for again that could not be reached.</summary>
    public static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(500);

    /// <summary>Longest pause before a version is tried again that could not be put on.</summary>
    public static readonly TimeSpan RetryPauseMax = TimeSpan.FromSeconds(30);
}
