using System.Diagnostics;
using Waverless.Apps;
using Waverless.Cluster.Routing;
using Waverless.Invocations;

namespace Waverless.Cluster.Calls;

/// <summary>
/// Runs a function that has keys, messages or timers where its partition is at home, unless its
/// affinity forbids it, and any other where the scheduler says. A call is sent again where that is
/// safe: it has certainly not begun, or may run twice.
/// </summary>
internal sealed class CallRouter(
    NodePicker picker,
    RemoteCalls remote,
    RetryBudget budget,
    TimeProvider time
) : ICallRouter
{
    /// <summary>What bounds how often calls are sent again.</summary>
    public RetryBudget Budget => budget;

    public CallPlace PlaceOf(DeployedFunction function, in CallRoute route)
    {
        var home = AttemptFactory.HomeOf(function, route.PartitionKey);
        var leader = picker.Homes.HomeOf(home);
        var isBound = !function.IsStateless || route.IsOnce;
        if (isBound && function.Affinity.IsOpen)
        {
            // Maps that disagree must not send it round: the keys are reached from here as well.
            var isHere = leader == picker.Self || route.Hops > CallLimits.HopsMax;
            return isHere ? CallPlace.Here : CallPlace.On(leader);
        }

        var choice = picker.Allowed(function);
        if (!choice.IsAny)
        {
            return CallPlace.Nowhere(choice.Reason);
        }

        var allowed = choice.Cluster;
        if (isBound && allowed.IndexOf(leader) >= 0 && route.Hops <= CallLimits.HopsMax)
        {
            return leader == picker.Self ? CallPlace.Here : CallPlace.On(leader);
        }

        return Choose(function, route, allowed, isBound);
    }

    public async ValueTask<InvocationResult?> ForwardAsync(
        CallPlace place,
        DeployedFunction function,
        Caller? caller,
        InvocationRequest request,
        CancellationToken ct
    )
    {
        var retry = new CallRetry(picker, function, CallRoute.Of(request));
        var trace = request.Trace ?? Activity.Current?.Context ?? default;
        var pause = HomeCall.FirstPause;
        var began = time.GetTimestamp();
        budget.Sent();
        for (var attempt = 1; ; attempt++)
        {
            if (place.Node is not { } node)
            {
                return place.IsHere
                    ? null
                    : InvocationResult.Fail(InvocationStatus.Unavailable, place.Refusal!);
            }

            // All attempts together take no longer than one may.
            var left = request.Timeout - time.GetElapsedTime(began);
            var outcome = await remote.CallAsync(node, caller, request, left, trace, ct);
            if (outcome.Failure == CallFailure.OtherVersion)
            {
                return null;
            }

            if (
                outcome.Failure == CallFailure.None
                || attempt == HomeCall.TriesMax
                || request.Timeout - time.GetElapsedTime(began) <= pause
                || !MayRunAgain(outcome.Failure, function, request)
                || !budget.TryTake()
            )
            {
                return outcome.Result;
            }

            place = retry.After(node, PlaceOf(function, retry.Route));
            if (place.Node == node)
            {
                try
                {
                    await Task.Delay(pause, time, ct);
                }
                catch (OperationCanceledException)
                {
                    return outcome.Result;
                }

                pause *= 2;
            }
        }
    }

    private CallPlace Choose(
        DeployedFunction function,
        in CallRoute route,
        ClusterSnapshot allowed,
        bool isBound
    )
    {
        var mayRunHere = allowed.IndexOf(picker.Self) >= 0;

        // What was sent here is to be run here, and rpc runs on the nearest node that fits, unless
        // others wait for it there.
        var isNearest =
            route.Trigger == TriggerKind.Rpc
            && !picker.HasOwnScheduler(function)
            && function.Gate.Waiting == 0;
        if (mayRunHere && (route.Hops > 0 || (isNearest && !isBound)))
        {
            return CallPlace.Here;
        }

        if (route.Hops > CallLimits.HopsMax)
        {
            return CallPlace.Nowhere(
                $"'{function.Address}' was handed on {route.Hops} times and may not run on node "
                    + $"{picker.Self}; expected at most {CallLimits.HopsMax} times."
            );
        }

        var home = AttemptFactory.HomeOf(function, route.PartitionKey);
        var node = picker.Pick(function, route.Trigger, home, route.PartitionKey, allowed);
        return node == picker.Self ? CallPlace.Here : CallPlace.On(node);
    }

    private static bool MayRunAgain(
        CallFailure failure,
        DeployedFunction function,
        InvocationRequest request
    ) =>
        // What was read of a stream is gone.
        request.Payload.Reader
            is null
        && (
            failure == CallFailure.NotBegun
            || function.Manifest.Idempotent
            || (request.IdempotencyKey is not null && function.Commit == CommitMode.Atomic)
        );
}
