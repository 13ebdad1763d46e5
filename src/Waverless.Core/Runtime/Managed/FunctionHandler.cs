using Waverless.Invocations;

namespace Waverless.Runtime.Managed;

/// <summary>A .NET function, bound: what depends on its signature is done.</summary>
/// <param name="context">The invocation.</param>
/// <returns>What it answered; its exceptions come out as they are.</returns>
internal delegate ValueTask<InvocationResult> FunctionHandler(FunctionContext context);
