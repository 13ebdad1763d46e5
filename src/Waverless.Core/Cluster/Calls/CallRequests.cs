using Google.Protobuf;
using Waverless.Apps;
using Waverless.Cluster.Peers;
using Waverless.Invocations;
using Waverless.Messaging;
using Waverless.Messaging.Wire;

namespace Waverless.Cluster.Calls;

/// <summary>Runs functions for other nodes.</summary>
internal sealed class CallRequests(
    FunctionInvoker invoker,
    NodeId self,
    Func<string, DeployedApp?> inService,
    TimeProvider time
)
{
    private static readonly TimeSpan TimeoutMax = TimeSpan.FromHours(24);

    private readonly KeptAnswers _kept = new();

    public void Serve(PeerRequests requests)
    {
        requests.OnRequest(ClusterMessages.Call, CallRequest.Parser, CallAsync);
        requests.OnStream(ClusterMessages.LargeCall, LargeCallAsync);
        requests.OnStream(ClusterMessages.Answer, AnswerAsync);
    }

    private async ValueTask<TransportReply> CallAsync(
        NodeId from,
        CallRequest wire,
        TimeSpan? patience,
        CancellationToken ct
    )
    {
        var app = inService(wire.App);
        if (app is null)
        {
            return PeerCodec.Refuse(
                Refusal.Types.Code.NotReady,
                $"'{wire.App}' is not in service on node {self} yet."
            );
        }

        if (!TryEnter(wire, app, out var version))
        {
            return PeerCodec.Reply(new CallReply { OtherVersion = true });
        }

        var payload = wire.HasPayload
            ? Payload.From(wire.Payload.Memory, wire.HasContentType ? wire.ContentType : null)
            : Payload.None;
        var timeout = patience - CallLimits.AnswerGrace;
        var result = await RunAsync(wire, version, payload, timeout, ct);
        var reply = CallCodec.Encode(result);
        if (result.Body.Length <= CallLimits.MessageBytesMax)
        {
            reply.Body = UnsafeByteOperations.UnsafeWrap(result.Body);
            return PeerCodec.Reply(reply);
        }

        if (_kept.Add(result) is { } id)
        {
            reply.AnswerId = id;
            return PeerCodec.Reply(reply);
        }

        return PeerCodec.Reply(
            CallCodec.Encode(
                InvocationResult.Fail(
                    InvocationStatus.Overloaded,
                    $"{KeptAnswers.CountMax} long answers wait to be fetched; expected fewer."
                )
            )
        );
    }

    private async ValueTask LargeCallAsync(TransportStream stream, CancellationToken ct)
    {
        var wire = await PeerFrames.ReadAsync(stream.Input, CallRequest.Parser, ct);
        if (wire is null)
        {
            return;
        }

        if (!TryEnter(wire, inService(wire.App), out var version))
        {
            PeerFrames.Write(stream.Output, 0, new CallReply { OtherVersion = true });
            await stream.Output.CompleteAsync();
            return;
        }

        var type = wire.HasContentType ? wire.ContentType : null;
        var result = await RunAsync(wire, version, Payload.From(stream.Input, type), null, ct);
        await WriteAsync(stream, result, ct);
    }

    private async ValueTask AnswerAsync(TransportStream stream, CancellationToken ct)
    {
        var wire = await PeerFrames.ReadAsync(stream.Input, AnswerRequest.Parser, ct);
        if (wire is not null && _kept.Take(wire.Id) is { } result)
        {
            await WriteAsync(stream, result, ct);
        }
    }

    /// <summary>
    /// Holds the caller's version, which is the one that the call runs in, whatever comes into
    /// service meanwhile; false: this node does not run it: no request sees two.
    /// </summary>
    /// <param name="wire">The call.</param>
    /// <param name="app">What is in service here.</param>
    /// <param name="held">To be left again; null: the caller does not mind.</param>
    private static bool TryEnter(CallRequest wire, DeployedApp? app, out DeployedApp? held)
    {
        held = null;
        if (wire.Version.Length == 0)
        {
            return true;
        }

        if (app is null || app.Version.Hash != wire.Version || !app.TryEnter())
        {
            return false;
        }

        held = app;
        return true;
    }

    private static async ValueTask WriteAsync(
        TransportStream stream,
        InvocationResult result,
        CancellationToken ct
    )
    {
        PeerFrames.Write(stream.Output, 0, CallCodec.Encode(result));
        await stream.Output.WriteAsync(result.Body, ct);
        await stream.Output.CompleteAsync();
    }

    private async ValueTask<InvocationResult> RunAsync(
        CallRequest wire,
        DeployedApp? held,
        Payload payload,
        TimeSpan? timeout,
        CancellationToken ct
    )
    {
        try
        {
            return await InvokeAsync(wire, held, payload, timeout, ct);
        }
        finally
        {
            held?.Leave();
        }
    }

    private ValueTask<InvocationResult> InvokeAsync(
        CallRequest wire,
        DeployedApp? version,
        Payload payload,
        TimeSpan? timeout,
        CancellationToken ct
    )
    {
        if (CallCodec.Decode(wire, payload, timeout) is not { } request)
        {
            return new ValueTask<InvocationResult>(
                InvocationResult.Fail(
                    InvocationStatus.BadPayload,
                    "The other node sent what is no call."
                )
            );
        }

        if (!wire.HasCaller || !FunctionAddress.TryParse(wire.Caller, out var address))
        {
            return invoker.InvokeAsync(request, ct);
        }

        var caller = new Caller(
            address,
            wire.CallDepth,
            Deadline.After(time, timeout ?? TimeoutMax),
            CallCodec.Decode(wire.Cascade)
        )
        {
            Hops = request.Hops,
            App = version,
        };
        return invoker.CallAsync(
            caller,
            request.Function,
            payload,
            request.IdempotencyKey,
            CallCodec.TraceOf(wire),
            null,
            ct
        );
    }
}
