using System.Buffers;
using Google.Protobuf;
using Waverless.Apps;
using Waverless.Events;
using Waverless.Invocations;
using Waverless.Messaging.Wire;

namespace Waverless.Cluster.Calls;

/// <summary>Calls and their answers as messages; bodies that are streamed are not in them.</summary>
internal static class CallCodec
{
    public static CallRequest Encode(InvocationRequest request, Caller? caller, TraceRef trace)
    {
        var wire = new CallRequest
        {
            App = request.Function.App,
            Function = request.Function.Function,
            Trigger = (uint)request.Trigger,
            HasPayload = request.Payload.IsPresent,
            WaitForCascade = request.WaitForCascade,
            Hops = (uint)request.Hops + 1,
            Trace = new TraceContext
            {
                High = trace.TraceHigh,
                Low = trace.TraceLow,
                Span = trace.Span,
                Flags = trace.Flags,
            },
        };
        if (request.PartitionKey is { } partitionKey)
        {
            wire.PartitionKey = partitionKey;
        }

        if (request.IdempotencyKey is { } key)
        {
            wire.IdempotencyKey = key;
        }

        if (request.Principal is { } principal)
        {
            wire.Principal = principal;
        }

        if (request.Payload.ContentType is { } type)
        {
            wire.ContentType = type;
        }

        if (caller is { } by)
        {
            wire.Caller = by.Address.ToString();
            wire.Version = by.VersionFor(request.Function)?.Version.Hash ?? "";
            wire.CallDepth = by.CallDepth;
            wire.Cascade = Encode(by.Cascade);
        }

        return wire;
    }

    /// <summary>The call; null: the message is none.</summary>
    public static InvocationRequest? Decode(CallRequest wire, Payload payload, TimeSpan? timeout)
    {
        if (wire.App.Length == 0 || wire.Function.Length == 0 || wire.Hops == 0)
        {
            return null;
        }

        return new InvocationRequest(new FunctionAddress(wire.App, wire.Function), payload)
        {
            Trigger = (TriggerKind)wire.Trigger,
            WaitForCascade = wire.WaitForCascade,
            Timeout = timeout,
            PartitionKey = wire.HasPartitionKey ? wire.PartitionKey : null,
            IdempotencyKey = wire.HasIdempotencyKey ? wire.IdempotencyKey : null,
            Principal = wire.HasPrincipal ? wire.Principal : null,
            Hops = (int)Math.Min(wire.Hops, int.MaxValue),
            Trace = TraceOf(wire).ToContext(),
        };
    }

    public static TraceRef TraceOf(CallRequest wire) =>
        wire.Trace is { } trace
            ? new TraceRef(trace.High, trace.Low, trace.Span, (byte)trace.Flags)
            : default;

    public static CascadeNode Encode(in CascadeRef cascade) =>
        new()
        {
            RootNode = cascade.RootNode,
            BootId = cascade.BootId,
            Id = cascade.Id,
            Depth = cascade.Depth,
        };

    public static CascadeRef Decode(CascadeNode? wire) =>
        wire is null ? default : new(wire.RootNode, wire.BootId, wire.Id, wire.Depth);

    /// <summary>An answer without its body.</summary>
    public static CallReply Encode(in InvocationResult result)
    {
        var wire = new CallReply { Status = (uint)result.Status };
        if (result.ContentType is { } type)
        {
            wire.ContentType = type;
        }

        if (result.Error is { } error)
        {
            wire.Error = error;
        }

        if (result.Cascade is { } cascade)
        {
            wire.Cascade = new CascadeSum
            {
                Id = cascade.Id,
                Finished = cascade.IsFinished,
                Invocations = cascade.Invocations,
                Failures = cascade.Failures,
                Depth = cascade.LongestChain,
                ElapsedTicks = cascade.Elapsed.Ticks,
                Deferred = cascade.Deferred,
            };
        }

        return wire;
    }

    public static InvocationResult Decode(CallReply wire, ReadOnlyMemory<byte> body) =>
        new(
            (InvocationStatus)wire.Status,
            body,
            wire.HasContentType ? wire.ContentType : null,
            wire.HasError ? wire.Error : null,
            wire.Cascade is { } sum
                ? new CascadeReport(
                    sum.Id,
                    sum.Finished,
                    sum.Invocations,
                    sum.Failures,
                    sum.Depth,
                    TimeSpan.FromTicks(sum.ElapsedTicks)
                )
                {
                    Deferred = sum.Deferred,
                }
                : null
        );

    public static ByteString Bytes(in ReadOnlySequence<byte> payload) =>
        payload.IsSingleSegment
            ? UnsafeByteOperations.UnsafeWrap(payload.First)
            : UnsafeByteOperations.UnsafeWrap(payload.ToArray());
}
