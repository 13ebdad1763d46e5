using System.Buffers;
using System.Diagnostics;
using Waverless.Apps;
using Waverless.Events;
using Waverless.Invocations;
using Waverless.Kv;

namespace Waverless.Transactions;

/// <summary>
/// Calls another function for an atomic one: once, however often the caller runs (SEMANTICS §3).
/// </summary>
internal sealed class CallRecorder(FunctionRunner runner, Invocation caller, CallLog log)
{
    /// <summary>The answer: the recorded one, or that of a call made now.</summary>
    /// <exception cref="InvocationRefusedException">
    /// An earlier run made another call, or the record cannot be written.
    /// </exception>
    public async ValueTask<InvocationResult> CallAsync(
        FunctionAddress callee,
        Payload payload,
        string? idempotencyKey,
        TraceRef trace,
        Turn? turn,
        CancellationToken ct
    )
    {
        var ordinal = log.Next();
        var read = await PayloadReader.ReadAsync(payload, BodyMaxOf(callee), ct);
        if (read.Refusal is { } refusal)
        {
            return refusal;
        }

        var hash = CallLog.HashOf(callee, read.Payload);
        if ((log.Find(ordinal) ?? await StoredAsync(ordinal, ct)) is { } known)
        {
            log.Demand(ordinal, callee, hash, known);
            log.Keep(ordinal, known);
            if (known.Answer is { } answer)
            {
                return answer;
            }
        }

        // Whoever answers may need what waits for the turn.
        turn?.Dispose();
        var invoker = runner.Invoker ?? throw new UnreachableException("The node has no invoker.");
        var slot = log.IsDurable ? SlotOf(ordinal, hash) : null;
        var result = await invoker.CallAsync(
            Caller.Of(caller),
            callee,
            read.Payload,
            idempotencyKey,
            trace,
            slot,
            ct
        );
        if (result.IsCompleted)
        {
            await KeepAsync(ordinal, hash, slot, result);
        }

        return result;
    }

    private AnswerSlot SlotOf(int ordinal, byte[] hash)
    {
        var deadline = runner.Time.GetUtcNow().AddHours(TransactionLimits.AnswerHours);
        var deadlineMs = deadline.ToUnixTimeMilliseconds();
        return new AnswerSlot(caller.Home, log.KeyOf(ordinal), hash, deadlineMs);
    }

    private async ValueTask<RecordedCall?> StoredAsync(int ordinal, CancellationToken ct)
    {
        if (!log.IsDurable)
        {
            return null;
        }

        var into = new ArrayBufferWriter<byte>();
        var key = new KvKey(log.KeyOf(ordinal));
        var read = await runner.Door.Engine.GetAsync(
            caller.Home,
            key,
            ReadOptions.System,
            into,
            ct
        );
        return read.Found && RecordedCall.Decode(into.WrittenSpan) is { } call
            ? call with
            {
                DeadlineMs = read.DeadlineMs,
            }
            : null;
    }

    private async ValueTask KeepAsync(
        int ordinal,
        byte[] hash,
        AnswerSlot? slot,
        InvocationResult result
    )
    {
        var call = RecordedCall.Of(hash, result) with { DeadlineMs = slot?.DeadlineMs ?? 0 };
        log.Keep(ordinal, call);
        if (slot is null or { IsRecorded: true })
        {
            return;
        }

        var commit = new Commit();
        slot.AppendTo(commit, result);
        var committed = await runner.Door.CommitAsync(
            caller.Home.App,
            caller.Home,
            commit,
            default,
            CancellationToken.None
        );
        if (!committed.IsCommitted)
        {
            throw new InvocationRefusedException(
                CommitFailures.StatusOf(committed),
                $"The answer to a call of '{caller.Address}' was not recorded: "
                    + (committed.Reason ?? "the store gave no answer.")
            );
        }
    }

    private long BodyMaxOf(FunctionAddress callee) =>
        runner.Door.Catalog.TryFind(callee.App, callee.Function, out var function)
            ? function.Manifest.Limits.Body
            : FunctionLimits.BodyDefault;
}
