using System.Buffers;
using System.Collections.Concurrent;
using Waverless.Apps;
using Waverless.Kv;

namespace Waverless.Invocations.Idempotency;

/// <summary>
/// Calls with an idempotency key (SEMANTICS §6): the first one runs; those that come meanwhile wait
/// for it; all further ones get its answer. The record of a call is written by the call's own
/// commit, so that a failure that committed nothing leaves nothing, also after a crash.
/// </summary>
internal sealed class IdempotentCalls(FrontDoor door, TimeProvider time)
{
    private readonly ConcurrentDictionary<(PartitionId, KvKey), Running> _running = new();

    /// <summary>Runs a call, or answers as an earlier one with the same key was answered.</summary>
    /// <param name="function">What is called.</param>
    /// <param name="request">Key and payload.</param>
    /// <param name="deadline">Until when to wait for another call.</param>
    /// <param name="run">Runs the function, whose commit is to carry the record.</param>
    /// <param name="ct">The caller went away.</param>
    public ValueTask<InvocationResult> RunAsync(
        DeployedFunction function,
        IdempotencyRequest request,
        Deadline deadline,
        Func<IdempotentCall, ValueTask<InvocationResult>> run,
        CancellationToken ct
    )
    {
        if (request.Refuse(function) is { } refused)
        {
            return new ValueTask<InvocationResult>(refused);
        }

        var recordKey = IdempotencyScope.OfCall(function.Address, request.Principal, request.Key);
        var call = new IdempotentCall(request.Home, recordKey, request.Payload, door.Retention);
        return RunAsync(function, call, deadline, run, ct);
    }

    private async ValueTask<InvocationResult> RunAsync(
        DeployedFunction function,
        IdempotentCall call,
        Deadline deadline,
        Func<IdempotentCall, ValueTask<InvocationResult>> run,
        CancellationToken ct
    )
    {
        var key = (call.Home, new KvKey(call.RecordKey));
        while (true)
        {
            var mine = new Running(call.Fingerprint);
            var other = _running.GetOrAdd(key, mine);
            if (other == mine)
            {
                return await RunFirstAsync(function, call, key, mine, run);
            }

            if (!other.Fingerprint.AsSpan().SequenceEqual(call.Fingerprint))
            {
                return Reused(function);
            }

            if (!await EndedAsync(other, deadline.Remaining(time), ct))
            {
                return ct.IsCancellationRequested ? Cancelled(function) : Busy(function);
            }
        }
    }

    private async ValueTask<InvocationResult> RunFirstAsync(
        DeployedFunction function,
        IdempotentCall call,
        (PartitionId, KvKey) key,
        Running mine,
        Func<IdempotentCall, ValueTask<InvocationResult>> run
    )
    {
        try
        {
            if (await FindAsync(function, call) is { } before)
            {
                return before;
            }

            var result = await run(call);

            // Another node, or a process before this one, may have been first after all.
            return result.Status == InvocationStatus.Conflict
                ? await FindAsync(function, call) ?? result
                : result;
        }
        catch (StorageException failure)
        {
            return InvocationResult
                .Fail(InvocationStatus.StorageFailed, failure.Message)
                .Naming(function.Address);
        }
        finally
        {
            _running.TryRemove(key, out _);
            mine.End();
        }
    }

    /// <summary>What an earlier call was answered; null: there was none.</summary>
    private async ValueTask<InvocationResult?> FindAsync(
        DeployedFunction function,
        IdempotentCall call
    )
    {
        var into = new ArrayBufferWriter<byte>();
        var read = await door.Engine.GetAsync(
            call.Home,
            new KvKey(call.RecordKey),
            ReadOptions.System,
            into,
            CancellationToken.None
        );
        if (!read.Found)
        {
            return null;
        }

        if (StoredAnswer.Decode(into.WrittenMemory) is not { } answer)
        {
            return InvocationResult.Fail(
                InvocationStatus.StorageFailed,
                $"What was remembered of an idempotency key of '{function.Address}' is unreadable."
            );
        }

        return !answer.Fingerprint.Span.SequenceEqual(call.Fingerprint) ? Reused(function)
            : answer.IsCut ? Cut(function)
            : InvocationResult.Completed(answer.Body, answer.ContentType);
    }

    /// <summary>Waits for another call; false: the time is over or the caller gone.</summary>
    private async ValueTask<bool> EndedAsync(Running other, TimeSpan wait, CancellationToken ct)
    {
        using var timeout = new CancellationTokenSource(wait, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, timeout.Token);
        var ended = other.Wait();
        await using var registration = either.Token.UnsafeRegister(
            static state => ((TaskCompletionSource<bool>)state!).TrySetResult(false),
            ended
        );
        return await ended.Task;
    }

    private static InvocationResult Reused(DeployedFunction function) =>
        InvocationResult.Fail(
            InvocationStatus.IdempotencyKeyReused,
            $"The idempotency key was used to call '{function.Address}' with another payload."
        );

    private static InvocationResult Busy(DeployedFunction function) =>
        InvocationResult.Fail(
            InvocationStatus.IdempotencyKeyBusy,
            $"A call of '{function.Address}' with the same idempotency key still runs."
        );

    private static InvocationResult Cut(DeployedFunction function) =>
        InvocationResult.Fail(
            InvocationStatus.IdempotencyKeyBusy,
            $"A call of '{function.Address}' with the same idempotency key has taken effect; its "
                + $"answer was longer than {IdempotencyLimits.AnswerBytesMax} bytes and not kept."
        );

    private static InvocationResult Cancelled(DeployedFunction function) =>
        InvocationResult.Fail(
            InvocationStatus.Cancelled,
            $"The caller of '{function.Address}' went away while another call with the same "
                + "idempotency key ran."
        );

    private sealed class Running(byte[] fingerprint)
    {
        // One for each that waits, so that each can give up: null once it has ended.
        private List<TaskCompletionSource<bool>>? _waiting = [];

        public byte[] Fingerprint => fingerprint;

        /// <summary>Completes with true when it has ended; its caller may complete it before.</summary>
        public TaskCompletionSource<bool> Wait()
        {
            var ended = new TaskCompletionSource<bool>(
                TaskCreationOptions.RunContinuationsAsynchronously
            );
            lock (fingerprint)
            {
                if (_waiting is not null)
                {
                    _waiting.Add(ended);
                    return ended;
                }
            }

            ended.TrySetResult(true);
            return ended;
        }

        public void End()
        {
            List<TaskCompletionSource<bool>>? waiting;
            lock (fingerprint)
            {
                (waiting, _waiting) = (_waiting, null);
            }

            foreach (var ended in waiting ?? [])
            {
                ended.TrySetResult(true);
            }
        }
    }
}
