using Waverless.Invocations;

namespace Waverless.Cluster.Calls;

/// <summary>What came of one try to have a call run on a node.</summary>
/// <param name="Result">For the caller.</param>
/// <param name="Failure">What the nodes, not the function, have failed in.</param>
internal readonly record struct CallOutcome(InvocationResult Result, CallFailure Failure);
