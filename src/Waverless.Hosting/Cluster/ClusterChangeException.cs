namespace Waverless.Hosting.Cluster;

/// <summary>Nodes of a cluster do not change as was asked for; the message says why.</summary>
public sealed class ClusterChangeException : InvalidOperationException
{
    internal ClusterChangeException(
        ClusterChangeError error,
        string message,
        Exception? inner = null
    )
        : base(message, inner) => Error = error;

    /// <summary>Why.</summary>
    public ClusterChangeError Error { get; }
}
