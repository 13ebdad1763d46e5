using Waverless.Apps;
using Waverless.Cluster.Peers;
using Waverless.Events;
using Waverless.Invocations;
using Waverless.Kv;
using Waverless.Messaging;
using Waverless.Messaging.Wire;

namespace Waverless.Cluster.Calls;

/// <summary>
/// Events run at their home, unless the function's affinity forbids that, or the home is busy and
/// the scheduler knows a better node. A run elsewhere ends the event in its own commit, if nobody
/// has before; a node that is lost is replaced by another one.
/// </summary>
internal sealed class EventPlacer(NodePicker picker, PeerClient peers, Absences absences)
    : IEventPlacer
{
    public CallPlace PlaceOf(DeployedFunction function, PartitionId home)
    {
        var isBusy = IsBusy(function);
        if (function.Affinity.IsOpen && !isBusy)
        {
            return CallPlace.Here;
        }

        var choice = picker.Allowed(function);
        if (!choice.IsAny)
        {
            // Of a cluster that is not seen yet, or of which this node alone is left.
            return function.Affinity.IsOpen ? CallPlace.Here : CallPlace.Nowhere(choice.Reason);
        }

        var mayRunHere = choice.Cluster.IndexOf(picker.Self) >= 0;
        return mayRunHere && !isBusy ? CallPlace.Here : Pick(function, home, choice.Cluster);
    }

    public bool MayNotRunHere(DeployedFunction function) =>
        !function.Affinity.IsOpen
        && (
            picker.Allowed(function) is not { IsAny: true } choice
            || choice.Cluster.IndexOf(picker.Self) < 0
        );

    public async ValueTask<FunctionOutcome?> RunAsync(
        CallPlace place,
        DeployedFunction function,
        PendingEvent pending,
        PartitionId home,
        CancellationToken ct
    )
    {
        var lost = new HashSet<NodeId>();
        var request = EventCodec.Encode(home, function.Address.Function, pending);
        while (place.Node is { } node)
        {
            pending.IsDoubtful = true;
            var answer = await AskAsync(node, function, request, ct);
            if (answer.Reply is { } reply)
            {
                return EventCodec.Decode(reply);
            }

            lost.Add(node);
            if (lost.Count == CallLimits.EventNodesMax || ct.IsCancellationRequested)
            {
                place = CallPlace.Nowhere("no node has run it.");
                break;
            }

            place = Next(function, home, lost);
        }

        return place.IsHere
            ? null
            : new FunctionOutcome(
                InvocationResult.Fail(
                    ct.IsCancellationRequested
                        ? InvocationStatus.Cancelled
                        : InvocationStatus.Unavailable,
                    $"'{function.Address}': {place.Refusal}"
                ),
                false
            );
    }

    private async ValueTask<PeerAnswer<RunReply>> AskAsync(
        NodeId node,
        DeployedFunction function,
        RunRequest request,
        CancellationToken ct
    )
    {
        var timeout = function.Manifest.Limits.Timeout + CallLimits.AnswerGrace;
        using var absence = absences.Watch(node, ct);
        try
        {
            return await peers.AskAsync(
                node,
                ClusterMessages.RunEvent,
                request,
                RunReply.Parser,
                timeout,
                absence.Token
            );
        }
        catch (OperationCanceledException)
        {
            return default;
        }
    }

    /// <summary>Another node than those that were lost; here, if that is all that is left.</summary>
    private CallPlace Next(DeployedFunction function, PartitionId home, HashSet<NodeId> lost)
    {
        var choice = picker.Allowed(function);
        var left = choice.IsAny
            ? choice.Cluster.Nodes.RemoveAll(node => lost.Contains(node.Id))
            : [];
        if (!left.IsEmpty)
        {
            return Pick(function, home, new ClusterSnapshot(0, left));
        }

        return function.Affinity.IsOpen
            ? CallPlace.Here
            : CallPlace.Nowhere(choice.Reason ?? "no further node may run it.");
    }

    private CallPlace Pick(DeployedFunction function, PartitionId home, ClusterSnapshot allowed)
    {
        var node = picker.Pick(function, TriggerKind.KeySet, home, null, allowed);
        return node == picker.Self ? CallPlace.Here : CallPlace.On(node);
    }

    private static bool IsBusy(DeployedFunction function) =>
        function.Gate.Active >= CallLimits.BusyAt || function.Gate.Waiting > 0;
}
