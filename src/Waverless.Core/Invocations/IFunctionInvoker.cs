namespace Waverless.Invocations;

/// <summary>
/// How a host's own code calls functions. Thread-safe; waits until the node is ready.
/// </summary>
public interface IFunctionInvoker
{
    /// <summary>Calls a function and waits for its answer.</summary>
    /// <param name="request">What to call.</param>
    /// <param name="ct">The caller goes away: the invocation ends soon after.</param>
    /// <returns>
    /// The outcome; failures of the function and refusals are results, not exceptions.
    /// </returns>
    ValueTask<InvocationResult> InvokeAsync(
        InvocationRequest request,
        CancellationToken ct = default
    );
}
