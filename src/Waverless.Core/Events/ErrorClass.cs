namespace Waverless.Events;

/// <summary>
/// What kind of failure ended an attempt: what a retry policy goes by, and what dead letters are
/// found by. The numbers are part of the disk format. Overload, a full queue, a full or failing
/// disk and a stopping node are none of these: they cost no attempt.
/// </summary>
public enum ErrorClass : byte
{
    /// <summary>A kind that this version does not know.</summary>
    Other = 0,

    /// <summary>The function threw or failed.</summary>
    Failed = 1,

    /// <summary>The guest trapped, recursed beyond its stack or ran out of memory.</summary>
    Trapped = 2,

    /// <summary>Its deadline passed.</summary>
    TimedOut = 3,

    /// <summary>It lost a lock before its commit, or a condition of that did not hold.</summary>
    Conflict = 4,

    /// <summary>
    /// It touched or called what its manifest does not declare. Not tried again unless its policy
    /// says so: the next attempt would do the same.
    /// </summary>
    Permission = 5,

    /// <summary>A value, batch or result was larger than allowed.</summary>
    TooLarge = 6,

    /// <summary>Its payload cannot be read as what it takes.</summary>
    BadPayload = 7,

    /// <summary>No function of that name is deployed any more. Never tried again.</summary>
    FunctionGone = 8,

    /// <summary>Its cascade is too deep. Never tried.</summary>
    DepthExceeded = 9,
}
