namespace Waverless.Cluster.Routing;

/// <summary>How a partition's home is asked.</summary>
internal static class HomeCall
{
    /// <summary>How long one try waits for an answer.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>Tries, while nothing of the request can have taken effect.</summary>
    public const int TriesMax = 7;

    /// <summary>Pause before the second try; doubled for each further one.</summary>
    public static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(20);
}
