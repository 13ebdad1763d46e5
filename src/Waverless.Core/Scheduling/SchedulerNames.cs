namespace Waverless.Scheduling;

/// <summary>The names of the schedulers that come with Waverless.</summary>
public static class SchedulerNames
{
    /// <summary>Any node, each as likely as the others.</summary>
    public const string Random = "random";

    /// <summary>The same node for the same key or function; nodes count alike.</summary>
    public const string Hash = "hash";

    /// <summary>The same node for the same key or function, by the nodes' weights.</summary>
    public const string Straw2 = "straw2";

    /// <summary>The less loaded of two nodes drawn at random.</summary>
    public const string LeastLoaded = "least-loaded";

    /// <summary>Where the data is, else where the request arrived.</summary>
    public const string Locality = "locality";

    /// <summary>
    /// Where the answer is expected first: near the data, on warm nodes, within bounds of load. The
    /// default.
    /// </summary>
    public const string Adaptive = "adaptive";
}
