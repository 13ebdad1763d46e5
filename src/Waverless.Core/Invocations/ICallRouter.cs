using Waverless.Apps;

namespace Waverless.Invocations;

/// <summary>Knows on which node of a cluster a call is to run. Thread-safe.</summary>
internal interface ICallRouter
{
    /// <summary>Where a call is to run.</summary>
    /// <param name="function">What is called.</param>
    /// <param name="route">What else counts.</param>
    CallPlace PlaceOf(DeployedFunction function, in CallRoute route);

    /// <summary>
    /// Has a call run elsewhere, on several nodes one after the other where that is safe.
    /// </summary>
    /// <param name="place">The first of them, or why there is none.</param>
    /// <param name="function">What is called.</param>
    /// <param name="caller">The function that calls; null: a root.</param>
    /// <param name="request">The call.</param>
    /// <param name="ct">The caller goes away.</param>
    /// <returns>The answer; null: it has not run, and is to run here after all.</returns>
    ValueTask<InvocationResult?> ForwardAsync(
        CallPlace place,
        DeployedFunction function,
        Caller? caller,
        InvocationRequest request,
        CancellationToken ct
    );
}
