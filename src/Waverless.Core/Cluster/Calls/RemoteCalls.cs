using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;
using Waverless.Cluster.Peers;
using Waverless.Events;
using Waverless.Invocations;
using Waverless.Messaging;
using Waverless.Messaging.Wire;

namespace Waverless.Cluster.Calls;

/// <summary>Has functions run on other nodes; what goes wrong between is a result as well.</summary>
internal sealed class RemoteCalls(PeerClient peers, TimeProvider time)
{
    private static readonly TimeSpan TimeoutDefault = TimeSpan.FromMinutes(10);

    /// <summary>Calls a function on a node, once.</summary>
    /// <param name="node">Where.</param>
    /// <param name="caller">The function that calls; null: a root.</param>
    /// <param name="request">The call.</param>
    /// <param name="left">How long it may take; null: as long as the function may.</param>
    /// <param name="trace">What it continues.</param>
    /// <param name="ct">The caller goes away.</param>
    public async ValueTask<CallOutcome> CallAsync(
        NodeId node,
        Caller? caller,
        InvocationRequest request,
        TimeSpan? left,
        ActivityContext trace,
        CancellationToken ct
    )
    {
        var wire = CallCodec.Encode(request, caller, TraceRef.From(request.Trace ?? trace));
        var timeout = TimeoutOf(left, caller);
        try
        {
            var isLarge =
                request.Payload.Reader is not null
                || request.Payload.Bytes.Length > CallLimits.MessageBytesMax;
            return isLarge
                ? await StreamAsync(node, wire, request.Payload, ct)
                : await SendAsync(node, wire, request.Payload, timeout, ct);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            return Answered(CallRefusal.Cancelled(request.Function));
        }
        catch (TransportStreamException lost)
        {
            return Failed(request, lost.Error);
        }
        catch (Exception broken) when (broken is IOException or InvalidDataException)
        {
            var lost = InvocationResult.Fail(
                InvocationStatus.NodeLost,
                $"'{request.Function}' ran on node {node}: {broken.Message}"
            );
            return new CallOutcome(lost, CallFailure.MayHaveBegun);
        }

        async ValueTask<CallOutcome> SendAsync(
            NodeId to,
            CallRequest call,
            Payload payload,
            TimeSpan wait,
            CancellationToken cancel
        )
        {
            call.Payload = CallCodec.Bytes(payload.Bytes);
            var answer = await peers.AskAsync(
                to,
                ClusterMessages.Call,
                call,
                CallReply.Parser,
                wait,
                cancel,
                trace
            );
            if (answer.Reply is { AnswerId: not 0 } kept)
            {
                return Answered(await FetchAsync(to, kept, cancel));
            }

            if (answer.Reply is { OtherVersion: true })
            {
                return OfOtherVersion(to, call, CallFailure.OtherVersion);
            }

            return answer.Reply is { } reply ? Answered(CallCodec.Decode(reply, reply.Body.Memory))
                : answer.Error is { } error ? Failed(request, error)
                : Refused(request, answer.Refusal);
        }
    }

    private TimeSpan TimeoutOf(TimeSpan? left, Caller? caller)
    {
        var timeout = left ?? TimeoutDefault;
        if (caller is { } by && by.Deadline.Remaining(time) is var remaining && remaining < timeout)
        {
            timeout = remaining;
        }

        return timeout + CallLimits.AnswerGrace;
    }

    /// <summary>The payload goes as it comes; the answer comes back the same way.</summary>
    private async ValueTask<CallOutcome> StreamAsync(
        NodeId node,
        CallRequest call,
        Payload payload,
        CancellationToken ct
    )
    {
        await using var stream = await peers.ConnectAsync(node, ClusterMessages.LargeCall, ct);
        PeerFrames.Write(stream.Output, 0, call);
        await CopyAsync(payload, stream.Output, ct);
        await stream.Output.CompleteAsync();
        var (result, isOther) = await AnswerAsync(stream, ct);
        return !isOther ? Answered(result)
            // Some of the payload is gone, and nobody has it.
            : payload.Reader is not null ? OfOtherVersion(node, call, CallFailure.None)
            : OfOtherVersion(node, call, CallFailure.OtherVersion);
    }

    private static CallOutcome OfOtherVersion(NodeId node, CallRequest call, CallFailure failure)
    {
        var result = InvocationResult.Fail(
            InvocationStatus.Unavailable,
            $"'{call.App}/{call.Function}': node {node} does not run version {call.Version} any more, "
                + "and the caller's payload was streamed; call again."
        );
        return new CallOutcome(result, failure);
    }

    private async ValueTask<InvocationResult> FetchAsync(
        NodeId node,
        CallReply kept,
        CancellationToken ct
    )
    {
        await using var stream = await peers.ConnectAsync(node, ClusterMessages.Answer, ct);
        PeerFrames.Write(stream.Output, 0, new AnswerRequest { Id = kept.AnswerId });
        await stream.Output.CompleteAsync();
        return (await AnswerAsync(stream, ct)).Result;
    }

    private static async ValueTask CopyAsync(
        Payload payload,
        PipeWriter output,
        CancellationToken ct
    )
    {
        if (payload.Reader is { } reader)
        {
            await reader.CopyToAsync(output, ct);
            return;
        }

        foreach (var segment in payload.Bytes)
        {
            var flushed = await output.WriteAsync(segment, ct);
            if (flushed.IsCompleted)
            {
                return;
            }
        }
    }

    private static async ValueTask<(InvocationResult Result, bool IsOther)> AnswerAsync(
        TransportStream stream,
        CancellationToken ct
    )
    {
        var reply =
            await PeerFrames.ReadAsync(stream.Input, CallReply.Parser, ct)
            ?? throw new InvalidDataException("The stream ended before the answer.");
        var max = CallLimits.AnswerBytesMax;
        var read = await PayloadReader.ReadAsync(Payload.From(stream.Input), max, ct);
        if (read.Refusal is { } refusal)
        {
            throw new InvalidDataException(refusal.Error);
        }

        return (CallCodec.Decode(reply, read.Payload.Bytes.ToArray()), reply.OtherVersion);
    }

    private static CallOutcome Answered(in InvocationResult result) =>
        new(result, CallFailure.None);

    private static CallOutcome Failed(InvocationRequest request, TransportError error)
    {
        var status = error.Code switch
        {
            TransportErrorCode.Overloaded => InvocationStatus.Overloaded,
            TransportErrorCode.TimedOut => InvocationStatus.TimedOut,
            TransportErrorCode.Cancelled => InvocationStatus.Cancelled,
            _ => error.MayHaveBegun ? InvocationStatus.NodeLost : InvocationStatus.Unavailable,
        };
        var failure = error.Code switch
        {
            // The caller has no time left, or is gone.
            TransportErrorCode.TimedOut or TransportErrorCode.Cancelled => CallFailure.None,

            // Nothing about it changes by sending it again.
            TransportErrorCode.TooLarge => CallFailure.None,
            _ => error.MayHaveBegun ? CallFailure.MayHaveBegun : CallFailure.NotBegun,
        };
        var message = $"'{request.Function}': {error.Message}";
        return new CallOutcome(InvocationResult.Fail(status, message), failure);
    }

    /// <summary>A node that refuses has not begun.</summary>
    private static CallOutcome Refused(InvocationRequest request, Refusal? refusal)
    {
        var message = $"'{request.Function}': {refusal?.Message ?? "the node gave no answer."}";
        return new CallOutcome(
            InvocationResult.Fail(InvocationStatus.Unavailable, message),
            refusal?.Code == Refusal.Types.Code.NotReady ? CallFailure.NotBegun : CallFailure.None
        );
    }
}
