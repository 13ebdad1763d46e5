namespace Waverless.Scheduling;

/// <summary>What <see cref="AdaptiveScheduler"/> assumes where nothing was measured.</summary>
internal sealed record AdaptiveSettings
{
    public static AdaptiveSettings Default { get; } = new();

    /// <summary>Nodes that are looked at for one pick; of a larger cluster, a window.</summary>
    public const int NodesMax = 64;

    /// <summary>A round trip between two nodes.</summary>
    public float RoundTripMs { get; init; } = 0.25f;

    /// <summary>What a connection between two nodes carries.</summary>
    public float BytesPerMs { get; init; } = 1_000_000;

    /// <summary>Run time of a function that has not run yet.</summary>
    public float RunMsUnknown { get; init; } = 2;

    /// <summary>Cold start of an app that has not started yet.</summary>
    public float ColdStartMsUnknown { get; init; } = 20;

    /// <summary>How busy a node is to be at most, so that what comes at random finds room.</summary>
    public float Utilization { get; init; } = E("U", 0.8f);

    /// <summary>What it is worth to keep to an app's own order of nodes.</summary>
    public float OrderMs { get; init; } = E("O", 10);

    public float TieMs { get; init; } = E("T", 0.01f);

    public float ColdWork { get; init; } = E("W", 1);

    public float ColdFactor { get; init; } = E("C", 1);

    public float HomeUtilization { get; init; } = E("H", 0.8f);

    private static float E(string n, float d) =>
        Environment.GetEnvironmentVariable(n) is { } v
            ? float.Parse(v, System.Globalization.CultureInfo.InvariantCulture)
            : d;
}
