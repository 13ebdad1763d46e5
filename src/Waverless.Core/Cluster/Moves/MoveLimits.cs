namespace Waverless.Cluster.Moves;

/// <summary>Bounds of moving partitions.</summary>
internal static class MoveLimits
{
    /// <summary>Records written during a copy that are known one by one; then it begins anew.</summary>
    public const int TouchedMax = 262_144;

    /// <summary>About how many bytes of records one message carries.</summary>
    public const int ChunkBytes = 1024 * 1024;

    /// <summary>Shards that a node gives away at once.</summary>
    public const int ExportsMax = 2;

    /// <summary>Shards that a node takes in at once.</summary>
    public const int ImportsMax = 4;

    /// <summary>Shards that the coordinator has on their way at once.</summary>
    public const int MovesMax = 4;

    /// <summary>Times that what was written meanwhile is copied before commits are refused.</summary>
    public const int RoundsMax = 5;

    /// <summary>With so few records left the rest is copied while commits are refused.</summary>
    public const int TailMax = 512;

    /// <summary>How long the events that run are waited for; then they run again elsewhere.</summary>
    public static readonly TimeSpan QuietMax = TimeSpan.FromSeconds(2);

    /// <summary>How long a commit or read waits for the end of a move.</summary>
    public static readonly TimeSpan GateMax = TimeSpan.FromSeconds(10);

    /// <summary>How often it looks.</summary>
    public static readonly TimeSpan GatePause = TimeSpan.FromMilliseconds(5);

    /// <summary>How long one message of a move waits for its answer.</summary>
    public static readonly TimeSpan StepTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Tries of each step of a move that may be repeated.</summary>
    public const int StepTriesMax = 5;

    /// <summary>An import that nobody went on with for so long is given up.</summary>
    public static readonly TimeSpan ImportIdleMax = TimeSpan.FromSeconds(30);

    /// <summary>How often a node looks for such imports.</summary>
    public static readonly TimeSpan SweepEvery = TimeSpan.FromSeconds(5);

    /// <summary>How often the coordinator looks whether something is to be moved.</summary>
    public static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    /// <summary>How often it looks while something is on its way.</summary>
    public static readonly TimeSpan BusyPause = TimeSpan.FromMilliseconds(50);

    /// <summary>How long a node that starts waits for the map; then it goes by the last one.</summary>
    public static readonly TimeSpan CatchUpMax = TimeSpan.FromSeconds(5);

    /// <summary>How often somebody who waits for a node to leave looks.</summary>
    public static readonly TimeSpan LeaveLook = TimeSpan.FromMilliseconds(200);

    /// <summary>Looks in a row at which a node that leaves must run nothing.</summary>
    public const int QuietLooks = 4;

    /// <summary>Longest rest after moves to a node have failed.</summary>
    public static readonly TimeSpan RestMax = TimeSpan.FromSeconds(5);

    /// <summary>Pause before something of the metadata is tried again.</summary>
    public static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(200);
}
