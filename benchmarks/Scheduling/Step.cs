namespace Scheduling;

/// <summary>What happens next in a simulation.</summary>
internal enum Step
{
    /// <summary>A request from outside reaches its first node.</summary>
    Arrives,

    /// <summary>A job reaches the node that it was sent to.</summary>
    Reaches,

    /// <summary>A job has run; what it read and wrote may still have to travel.</summary>
    HasRun,

    /// <summary>A job has ended, its writes are at home.</summary>
    Ends,

    /// <summary>A node reports its load.</summary>
    Reports,
}
