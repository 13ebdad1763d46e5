namespace Waverless.Events;

/// <summary>
/// What one call set in motion (SEMANTICS §5), counted by event, not by attempt; the call itself
/// counts as one invocation and one link of the chain.
/// </summary>
/// <param name="Id">The cascade.</param>
/// <param name="IsFinished">
/// False: the caller's deadline passed first, these are the counts so far.
/// </param>
/// <param name="Invocations">Invocations that ended, the call included.</param>
/// <param name="Failures">Those among them that ended as dead letters or failed.</param>
/// <param name="LongestChain">Most invocations on one path from the call.</param>
/// <param name="Elapsed">Time since the call began.</param>
public sealed record CascadeReport(
    ulong Id,
    bool IsFinished,
    long Invocations,
    long Failures,
    int LongestChain,
    TimeSpan Elapsed
)
{
    /// <summary>
    /// Delayed messages among what it enqueued: they begin cascades of their own later.
    /// </summary>
    public long Deferred { get; init; }
}
