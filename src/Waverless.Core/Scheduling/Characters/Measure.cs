namespace Waverless.Scheduling.Characters;

/// <summary>What is measured of a function. The numbers are part of the protocol.</summary>
internal enum Measure : byte
{
    /// <summary>Run time, in microseconds.</summary>
    Run = 0,

    /// <summary>What a cold start adds, in microseconds; of an app as a whole.</summary>
    ColdStart = 1,

    /// <summary>Bytes of the payload.</summary>
    Payload = 2,

    /// <summary>Bytes that it read from partitions.</summary>
    Read = 3,

    /// <summary>Bytes that it wrote to partitions.</summary>
    Written = 4,

    /// <summary>Reads and commits: round trips when it runs away from home.</summary>
    RoundTrips = 5,

    /// <summary>
    /// Of an edge of the graph: microseconds from the begin of a run to where it sets off another
    /// function; how many there are is how often it does.
    /// </summary>
    Edge = 6,
}
