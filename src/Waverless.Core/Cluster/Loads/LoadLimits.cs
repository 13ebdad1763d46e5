namespace Waverless.Cluster.Loads;

/// <summary>Bounds and times of load reports.</summary>
internal static class LoadLimits
{
    /// <summary>Milliseconds between two looks at a node's own load, and at what others report.</summary>
    public const int PulseMs = 250;

    /// <summary>Looks after which a load is told again though it has not changed.</summary>
    public const int UnchangedMax = 8;

    /// <summary>
    /// Nodes up to which each look is told; in larger clusters a node reports as many times more
    /// rarely, so that what the others pass on does not grow.
    /// </summary>
    public const int NodesPerPulse = 25;

    /// <summary>Warm apps of one report; those with the most instances.</summary>
    public const int WarmAppsMax = 60;
}
