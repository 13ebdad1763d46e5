using Waverless.Events;

namespace Waverless.Invocations;

/// <summary>What became of a call whose caller does not wait.</summary>
/// <param name="Id">The event that will run it.</param>
/// <param name="Failure">Why it was not enqueued; null: it was.</param>
internal readonly record struct DetachedCall(EventId Id, InvocationResult? Failure);
