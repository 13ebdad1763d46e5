using System.Diagnostics;
using Waverless.Apps;
using Waverless.Cluster.Placement;
using Waverless.Invocations;
using Waverless.Scheduling;

namespace Waverless.Cluster.Calls;

/// <summary>
/// Runs a function that has keys, messages or timers where its partition is at home, and any other
/// where the scheduler says.
/// </summary>
internal sealed class CallRouter(
    PartitionHomes homes,
    IScheduler scheduler,
    Func<ClusterSnapshot> cluster,
    RemoteCalls remote
) : ICallRouter
{
    public NodeId? RouteOf(DeployedFunction function, in CallRoute route)
    {
        if (route.Hops > CallLimits.HopsMax)
        {
            return null;
        }

        var home = AttemptFactory.HomeOf(function, route.PartitionKey);
        var leader = homes.HomeOf(home);
        if (!function.IsStateless || route.IsOnce)
        {
            return leader == homes.Self ? null : leader;
        }

        // What was sent here is to be run here.
        if (route.Hops > 0)
        {
            return null;
        }

        var asked = new SchedulingRequest(
            function.Address,
            route.Trigger,
            home,
            leader,
            homes.Self
        );
        return scheduler.Pick(asked, cluster()) is { } node && node != homes.Self ? node : null;
    }

    public async ValueTask<InvocationResult> ForwardAsync(
        NodeId node,
        InvocationRequest request,
        CancellationToken ct
    )
    {
        var trace = Activity.Current?.Context ?? default;
        return await remote.CallAsync(node, null, request, trace, ct)
            ?? throw new UnreachableException("A call by nobody was refused for its version.");
    }

    public ValueTask<InvocationResult?> ForwardAsync(
        NodeId node,
        Caller caller,
        InvocationRequest request,
        CancellationToken ct
    ) => remote.CallAsync(node, caller, request, request.Trace ?? default, ct);
}
