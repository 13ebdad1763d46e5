namespace Waverless.Cluster.Deployment;

/// <summary>A cluster-wide deployment has two steps, so that no node runs what others cannot.</summary>
internal enum DeployPhase
{
    /// <summary>The node has the artifact and can run it.</summary>
    Ready,

    /// <summary>The node runs it.</summary>
    On,
}
