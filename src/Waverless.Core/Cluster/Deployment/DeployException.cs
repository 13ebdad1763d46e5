namespace Waverless.Cluster.Deployment;

/// <summary>A version could not be deployed to the cluster; what was in service still is.</summary>
/// <param name="message">Which nodes, and why.</param>
/// <param name="inner">The cause, if there is one.</param>
internal sealed class DeployException(string message, Exception? inner = null)
    : Exception(message, inner);
