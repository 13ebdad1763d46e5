using Waverless.Apps;
using Waverless.Cluster;

namespace Waverless.Invocations;

/// <summary>Knows on which node of a cluster a call is to run. Thread-safe.</summary>
internal interface ICallRouter
{
    /// <summary>The node that is to run a call; null: this one.</summary>
    /// <param name="function">What is called.</param>
    /// <param name="route">What else counts.</param>
    NodeId? RouteOf(DeployedFunction function, in CallRoute route);

    /// <summary>Has a call run on another node.</summary>
    ValueTask<InvocationResult> ForwardAsync(
        NodeId node,
        InvocationRequest request,
        CancellationToken ct
    );

    /// <summary>
    /// Has a call by a function run on another node; null: that node does not run the caller's
    /// version of the app, and nothing has happened.
    /// </summary>
    ValueTask<InvocationResult?> ForwardAsync(
        NodeId node,
        Caller caller,
        InvocationRequest request,
        CancellationToken ct
    );
}
