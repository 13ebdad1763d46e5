using Waverless.Events;
using Waverless.Transactions;

namespace Waverless.Invocations;

/// <summary>One attempt with what the platform has to know besides the runtime.</summary>
/// <param name="Invocation">What the runtime sees.</param>
/// <param name="Lane">The lane of the event that is being run; null for calls.</param>
/// <param name="Pending">That event; null for calls.</param>
/// <param name="Cancellation">The caller went away, or the node stops.</param>
/// <param name="Rerun">What earlier runs of it have left; null for the first.</param>
/// <param name="Answer">Where the answer is to be recorded; null: nowhere.</param>
/// <param name="Claim">
/// The event that is being run for its home, on another node; null: that is not the case.
/// </param>
internal readonly record struct FunctionCall(
    Invocation Invocation,
    FunctionLane? Lane,
    PendingEvent? Pending,
    CancellationToken Cancellation,
    Rerun? Rerun = null,
    AnswerSlot? Answer = null,
    EventClaim? Claim = null
);

/// <summary>What became of an attempt.</summary>
/// <param name="Result">For the caller.</param>
/// <param name="CompletionCommitted">
/// Whether the event's completion rode in the function's commit.
/// </param>
/// <param name="IsConflict">
/// Whether others came between what it read and its commit; then it has done nothing.
/// </param>
/// <param name="Calls">The calls that it has made, for the next run.</param>
internal readonly record struct FunctionOutcome(
    InvocationResult Result,
    bool CompletionCommitted,
    bool IsConflict = false,
    CallLog? Calls = null
);
