using System.Text;
using Waverless.Apps;
using Waverless.Cluster.Peers;
using Waverless.Events;
using Waverless.Invocations;
using Waverless.Kv;
using Waverless.Messaging;
using Waverless.Messaging.Wire;

namespace Waverless.Cluster.Calls;

/// <summary>Runs events whose homes are on other nodes, for those.</summary>
internal sealed class EventRequests(
    FunctionRunner runner,
    AppCatalog catalog,
    IGuestThreads threads
)
{
    public void Serve(PeerRequests requests) =>
        requests.OnRequest(ClusterMessages.RunEvent, RunRequest.Parser, RunAsync);

    private async ValueTask<TransportReply> RunAsync(
        NodeId from,
        RunRequest wire,
        TimeSpan? patience,
        CancellationToken ct
    )
    {
        if (EventCodec.Decode(wire) is not { } pending)
        {
            return PeerCodec.Refuse(
                Refusal.Types.Code.Malformed,
                "The other node sent what is no event."
            );
        }

        if (Enter(wire) is not { } function)
        {
            return PeerCodec.Refuse(
                Refusal.Types.Code.NotReady,
                $"'{wire.App}/{wire.Function}' is not in service here."
            );
        }

        try
        {
            var outcome = await RunAsync(function, wire, pending, patience, ct);
            return PeerCodec.Reply(EventCodec.Encode(outcome));
        }
        finally
        {
            function.App.Leave();
        }
    }

    private async ValueTask<FunctionOutcome> RunAsync(
        DeployedFunction function,
        RunRequest wire,
        PendingEvent pending,
        TimeSpan? patience,
        CancellationToken ct
    )
    {
        var limit = function.Manifest.Limits.Timeout;
        var left = patience - CallLimits.AnswerGrace;
        var deadline = Deadline.After(runner.Time, left < limit ? left.Value : limit);
        try
        {
            if (!await function.Gate.EnterAsync(ct))
            {
                return new FunctionOutcome(CallRefusal.QueueFull(function), false);
            }
        }
        catch (OperationCanceledException)
        {
            return new FunctionOutcome(CallRefusal.Cancelled(function.Address), false);
        }

        try
        {
            var home = new PartitionId(wire.App, (int)wire.Partition);
            var window = function.Manifest.Batch is null ? null : new EventWindow([pending]);
            var invocation = EventInvocation.Of(runner, function, home, pending, deadline, window);
            var claim = new EventClaim(
                Encoding.UTF8.GetBytes(wire.Function),
                pending.State,
                pending.Position
            );
            var cancellation = ct.CanBeCanceled ? ct : runner.Stopping;
            var call = new FunctionCall(invocation, null, null, cancellation, Claim: claim);
            var outcome = await StartAsync(function, call);
            return outcome.Result.IsCompleted && window?.FailureAt(0) is { } why
                ? new FunctionOutcome(InvocationResult.Fail(InvocationStatus.Failed, why), false)
                : outcome;
        }
        finally
        {
            function.Gate.Exit();
        }
    }

    private ValueTask<FunctionOutcome> StartAsync(DeployedFunction function, FunctionCall call)
    {
        if (!function.App.Loaded.Traits.RunsSynchronously)
        {
            return runner.RunAsync(function, call);
        }

        var work = new GuestEvent(function, call, runner);
        return threads.TryQueue(work)
            ? new ValueTask<FunctionOutcome>(work.Task)
            : new ValueTask<FunctionOutcome>(
                new FunctionOutcome(
                    InvocationResult.Fail(
                        InvocationStatus.Overloaded,
                        $"No thread is free for '{function.Address}'; try again later."
                    ),
                    false
                )
            );
    }

    private DeployedFunction? Enter(RunRequest wire)
    {
        while (catalog.Current.TryFind(wire.App, wire.Function, out var function))
        {
            if (runner.Stopping.IsCancellationRequested)
            {
                return null;
            }

            if (function.App.TryEnter())
            {
                return function;
            }

            // Replaced meanwhile, or retired for good since the node stops.
            if (
                !catalog.Current.TryFind(wire.App, wire.Function, out var now)
                || now.App == function.App
            )
            {
                return null;
            }
        }

        return null;
    }
}
