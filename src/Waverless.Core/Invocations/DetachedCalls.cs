using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;
using Waverless.Concurrency;
using Waverless.Events;
using Waverless.Invocations.Idempotency;
using Waverless.Kv;
using Waverless.Kv.Messages;

namespace Waverless.Invocations;

/// <summary>
/// Calls whose caller does not wait for the answer: each becomes a message in the function's inbox
/// and is acknowledged once that is committed.
/// </summary>
internal sealed class DetachedCalls(FrontDoor door, Task ready)
{
    /// <summary>Makes a message of a call.</summary>
    /// <param name="request">The call; its timeout and cascade do not apply.</param>
    /// <param name="ct">The caller went away.</param>
    public async ValueTask<DetachedCall> EnqueueAsync(
        InvocationRequest request,
        CancellationToken ct
    )
    {
        try
        {
            await ready.OrCancelledAsync(ct);
            return await CommitAsync(request, ct);
        }
        catch (OperationCanceledException)
        {
            return Failed(
                request,
                ct.IsCancellationRequested
                    ? InvocationStatus.Cancelled
                    : InvocationStatus.Unavailable,
                "It was not enqueued: the caller went away, or the node is stopping."
            );
        }
        catch (StorageException failure)
        {
            return Failed(request, InvocationStatus.StorageFailed, failure.Message);
        }
    }

    private async ValueTask<DetachedCall> CommitAsync(
        InvocationRequest request,
        CancellationToken ct
    )
    {
        var address = request.Function;
        if (!door.Catalog.TryFind(address.App, address.Function, out var function))
        {
            return Failed(request, InvocationStatus.NotFound, KvRefusal.UnknownApp(address.App));
        }

        var bytesMax = Math.Min(MessageLimits.PayloadBytesMax, function.Manifest.Limits.Body);
        var read = await PayloadReader.ReadAsync(request.Payload, bytesMax, ct);
        if (read.Refusal is { } refusal)
        {
            return new DetachedCall(default, refusal.Naming(address));
        }

        var payload = read.Payload.Bytes.ToArray();
        if (payload.Length > bytesMax)
        {
            var tooLarge = PayloadReader.TooLarge(payload.Length, bytesMax);
            return new DetachedCall(default, tooLarge.Naming(address));
        }

        var home = new PartitionId(
            address.App,
            request.PartitionKey is { } value ? function.App.Partitions.PartitionOfValue(value) : 0
        );
        if (request.IdempotencyKey is null)
        {
            var result = await CommitAsync(request, payload, ct);
            return ToCall(request, home, result);
        }

        var asked = IdempotencyRequest.Of(request, home, read.Payload);
        return asked.Refuse(function) is { } refused
            ? new DetachedCall(default, refused)
            : await CommitOnceAsync(request, home, asked, payload, ct);
    }

    private async ValueTask<DetachedCall> CommitOnceAsync(
        InvocationRequest request,
        PartitionId home,
        IdempotencyRequest asked,
        byte[] payload,
        CancellationToken ct
    )
    {
        var result = await CommitAsync(request, payload, ct);
        if (!result.IsCommitted)
        {
            return ToCall(request, home, result);
        }

        // Whether this message or an earlier one was stored, its record tells which.
        var recordKey = IdempotencyScope.OfMessage(asked.Principal, request.Function, asked.Key);
        var into = new ArrayBufferWriter<byte>();
        var read = await door.Engine.GetAsync(
            home,
            new KvKey(recordKey),
            ReadOptions.System,
            into,
            ct
        );
        if (!read.Found || into.WrittenCount != SHA256.HashSizeInBytes + EventOnce.IdentityBytes)
        {
            return ToCall(request, home, result);
        }

        var identity = into.WrittenMemory[SHA256.HashSizeInBytes..];
        if (!into.WrittenSpan.StartsWith(SHA256.HashData(payload)))
        {
            return Failed(
                request,
                InvocationStatus.IdempotencyKeyReused,
                "The idempotency key was used with another payload."
            );
        }

        var id = new EventId(
            home,
            BinaryPrimitives.ReadUInt64LittleEndian(identity.Span),
            BinaryPrimitives.ReadInt32LittleEndian(identity.Span[sizeof(ulong)..])
        );
        return new DetachedCall(id, null);
    }

    private ValueTask<CommitResult> CommitAsync(
        InvocationRequest request,
        byte[] payload,
        CancellationToken ct
    )
    {
        var options = new MessageOptions
        {
            PartitionKey = request.PartitionKey,
            IdempotencyKey = request.IdempotencyKey,
        };
        var message = new Message(request.Function, payload, options)
        {
            Principal = IdempotencyRequest.PrincipalOf(request),
        };
        var trace = request.Trace ?? Activity.Current?.Context ?? default;
        var origin = new CommitOrigin(null, default, TraceRef.From(trace)) { Messages = [message] };
        return door.CommitAsync(request.Function.App, null, new Commit(), origin, ct);
    }

    private static DetachedCall ToCall(
        InvocationRequest request,
        PartitionId home,
        in CommitResult result
    ) =>
        result.IsCommitted
            ? new DetachedCall(new EventId(home, result.Revision.Number, 0), null)
            : new DetachedCall(default, CommitFailures.ToResult(result, request.Function));

    private static DetachedCall Failed(
        InvocationRequest request,
        InvocationStatus status,
        string why
    ) => new(default, InvocationResult.Fail(status, why).Naming(request.Function));
}
