namespace Waverless.Scheduling;

/// <summary>
/// What <see cref="AdaptiveScheduler"/> assumes and weighs; found by the simulation of
/// docs/scheduling.md.
/// </summary>
internal sealed record AdaptiveSettings
{
    /// <summary>Nodes that are looked at for one pick; of a larger cluster, a window.</summary>
    public const int NodesMax = 64;

    public static AdaptiveSettings Default { get; } = new();

    /// <summary>A round trip between two nodes.</summary>
    public float RoundTripMs { get; init; } = 0.25f;

    /// <summary>What a connection between two nodes carries.</summary>
    public float BytesPerMs { get; init; } = 1_000_000;

    /// <summary>Run time of a function that has not run yet.</summary>
    public float RunMsUnknown { get; init; } = 2;

    /// <summary>
    /// Cold start of an app before any has started: more than most, so that not all nodes start
    /// all apps at once before anybody knows better.
    /// </summary>
    public float ColdStartMsUnknown { get; init; } = 50;

    /// <summary>How busy one sender makes a node at most with its share of requests.</summary>
    public float Utilization { get; init; } = 0.8f;

    /// <summary>How busy a node makes itself with events of its own partitions.</summary>
    public float HomeUtilization { get; init; } = 0.8f;

    /// <summary>
    /// A wait at the home that the node itself tells of counts that often: who waits there also
    /// keeps others waiting, who cannot go elsewhere as cheaply.
    /// </summary>
    public float OwnWaitFactor { get; init; } = 8;

    /// <summary>How busy it makes others, with its share of them, by what it sends away.</summary>
    public float SpillUtilization { get; init; } = 1;

    /// <summary>
    /// A cold start of a stateless function keeps a slot from others and an app from staying warm:
    /// it counts that often.
    /// </summary>
    public float ColdFactor { get; init; } = 4;

    /// <summary>What it is worth to keep to an app's own order of nodes, in cold starts.</summary>
    public float OrderFactor { get; init; } = 0.8f;

    /// <summary>How much chance counts among nodes for a function that has a home elsewhere.</summary>
    public float TieMs { get; init; } = 0.01f;
}
