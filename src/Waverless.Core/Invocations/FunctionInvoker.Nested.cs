using Waverless.Apps;
using Waverless.Events;
using Waverless.Invocations.Idempotency;
using Waverless.Transactions;

namespace Waverless.Invocations;

internal sealed partial class FunctionInvoker
{
    /// <summary>Deepest nesting of synchronous calls.</summary>
    public const int CallDepthMax = 16;

    /// <summary>Calls a function for another one, which waits.</summary>
    public async ValueTask<InvocationResult> CallAsync(
        Caller caller,
        FunctionAddress callee,
        Payload payload,
        string? idempotencyKey,
        TraceRef trace,
        AnswerSlot? answer,
        CancellationToken ct
    )
    {
        if (caller.CallDepth + 1 > CallDepthMax)
        {
            return InvocationResult.Fail(
                InvocationStatus.Overloaded,
                $"'{caller.Address}' calls '{callee}' at depth {caller.CallDepth + 1}; "
                    + $"expected at most {CallDepthMax} nested calls."
            );
        }

        var version = caller.VersionFor(callee);
        if (Enter(callee, version, isNested: true, out var function) is { } refused)
        {
            return refused;
        }

        var route = new CallRoute(TriggerKind.Rpc, null, idempotencyKey is not null, caller.Hops);
        var place = Router?.PlaceOf(function!, route) ?? CallPlace.Here;
        if (!place.IsHere)
        {
            var request = new InvocationRequest(callee, payload)
            {
                Trigger = TriggerKind.Rpc,
                IdempotencyKey = idempotencyKey,
                Hops = caller.Hops,
                Trace = trace.ToContext(),
            };
            if (await ForwardNestedAsync(place, function!, caller, request, ct) is { } answered)
            {
                return answered;
            }
        }

        // A caller waits for this: it must not queue behind callers that wait themselves.
        var admitted = function!.Gate.TryEnter();
        try
        {
            if (!function.Manifest.Rpc)
            {
                return InvocationResult.Fail(
                    InvocationStatus.NotCallable,
                    $"'{callee}' does not declare 'rpc'."
                );
            }

            if (payload.Reader is not null && function.Commit == CommitMode.Atomic)
            {
                var bodyMax = function.Manifest.Limits.Body;
                var read = await PayloadReader.ReadAsync(payload, bodyMax, ct);
                if (read.Refusal is { } unread)
                {
                    return unread.Naming(callee);
                }

                payload = read.Payload;
            }

            var nested = _attempts.Nested(caller, function, payload, trace);
            if (idempotencyKey is null)
            {
                return await RunNestedAsync(function, nested, answer, ct);
            }

            var principal = $"app:{caller.Address.App}";
            return await _once.RunAsync(
                function,
                new IdempotencyRequest(nested.Home, principal, idempotencyKey, payload),
                nested.Deadline,
                once =>
                {
                    nested.Idempotency = once;
                    return RunNestedAsync(function, nested, answer, ct);
                },
                ct
            );
        }
        finally
        {
            if (admitted)
            {
                function.Gate.Exit();
            }

            function.App.Leave();
        }
    }

    /// <summary>The same for a call by a function; null: it is to run here, and is kept.</summary>
    private async ValueTask<InvocationResult?> ForwardNestedAsync(
        CallPlace place,
        DeployedFunction function,
        Caller caller,
        InvocationRequest request,
        CancellationToken ct
    )
    {
        var isOver = true;
        try
        {
            var answer = await Router!.ForwardAsync(place, function, caller, request, ct);
            isOver = answer is not null;
            return answer;
        }
        finally
        {
            if (isOver)
            {
                function.App.Leave();
            }
        }
    }

    private ValueTask<InvocationResult> RunNestedAsync(
        DeployedFunction function,
        Invocation nested,
        AnswerSlot? answer,
        CancellationToken ct
    )
    {
        var cancellation = ct.CanBeCanceled ? ct : runner.Stopping;
        var call = new FunctionCall(nested, null, null, cancellation, Answer: answer);
        return !function.App.Loaded.Traits.RunsSynchronously || threads.IsGuestThread
            ? ResultOf(runner.RunAsync(function, call))
            : OnThreadAsync(function, call);
    }
}
