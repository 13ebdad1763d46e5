namespace Waverless.ClusterProcesses;

/// <summary>
/// Clusters that share a few cores starve each other until nodes take each other for dead, and
/// then requests fail that must not.
/// </summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class OneAtATime
{
    public const string Name = "one cluster at a time";
}
