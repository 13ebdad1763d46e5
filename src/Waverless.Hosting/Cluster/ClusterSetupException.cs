namespace Waverless.Hosting.Cluster;

/// <summary>The options do not make a node of a cluster.</summary>
/// <param name="message">What is wrong, and what was expected.</param>
/// <param name="inner">The cause, if there is one.</param>
internal sealed class ClusterSetupException(string message, Exception? inner = null)
    : InvalidOperationException(message, inner);
