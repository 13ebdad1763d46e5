using Waverless.Invocations;

namespace Waverless.Runtime.Managed;

/// <summary>Makes a result of what a delegate returned.</summary>
/// <param name="context">The invocation.</param>
/// <param name="returned">What it returned: an answer, or a task of one; null of nothing.</param>
internal delegate ValueTask<InvocationResult> AnswerBinder(
    FunctionContext context,
    object? returned
);
