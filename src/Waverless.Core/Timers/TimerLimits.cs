namespace Waverless.Timers;

/// <summary>Bounds of timers and of the expiry of keys.</summary>
internal static class TimerLimits
{
    /// <summary>Longest name of a timer in UTF-8 bytes.</summary>
    public const int NameBytesMax = 256;

    /// <summary>Most timers that one batch sets and deletes.</summary>
    public const int TimersPerBatchMax = 1_000;

    /// <summary>Largest payload of a timer.</summary>
    public const int PayloadBytesMax = 16 * 1024;

    /// <summary>Most passed moments that <c>misfire: all</c> makes up for.</summary>
    public const int CatchUpMax = 1_000;

    /// <summary>Up to this many, passed moments that are not made up for are counted.</summary>
    public const int MissedCountMax = 100;

    /// <summary>Most events in a commit in which timers fire.</summary>
    public const int FiringsPerCommit = 64;

    /// <summary>Most keys that expire in one commit.</summary>
    public const int ExpiriesPerCommit = 256;

    /// <summary>Most deadlines in memory at once, per partition.</summary>
    public const int PageMax = 4_096;

    /// <summary>How late a moment may be for <c>misfire: skip</c> to run for it.</summary>
    public static readonly TimeSpan SkipAfter = TimeSpan.FromMinutes(1);

    /// <summary>
    /// After that long the clock is looked at again, so that a jump of it is noticed.
    /// </summary>
    public static readonly TimeSpan WaitMax = TimeSpan.FromMinutes(1);

    /// <summary>Pause after a refused commit.</summary>
    public static readonly TimeSpan RefusedPause = TimeSpan.FromMilliseconds(100);

    /// <summary>Pause between two commits of a storm, for the traffic beside it.</summary>
    public static readonly TimeSpan StormPause = TimeSpan.FromMilliseconds(1);
}
