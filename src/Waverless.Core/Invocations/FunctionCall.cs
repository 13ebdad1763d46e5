using Waverless.Events;

namespace Waverless.Invocations;

/// <summary>One attempt with what the platform has to know besides the runtime.</summary>
/// <param name="Invocation">What the runtime sees.</param>
/// <param name="Lane">The lane of the event that is being run; null for calls.</param>
/// <param name="Pending">That event; null for calls.</param>
/// <param name="Cancellation">The caller went away, or the node stops.</param>
internal readonly record struct FunctionCall(
    Invocation Invocation,
    FunctionLane? Lane,
    PendingEvent? Pending,
    CancellationToken Cancellation
);

/// <summary>What became of an attempt.</summary>
/// <param name="Result">For the caller.</param>
/// <param name="CompletionCommitted">
/// Whether the event's completion rode in the function's commit.
/// </param>
internal readonly record struct FunctionOutcome(InvocationResult Result, bool CompletionCommitted);
