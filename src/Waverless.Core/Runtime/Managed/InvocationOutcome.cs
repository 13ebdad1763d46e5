using Waverless.Invocations;
using Waverless.Kv;

namespace Waverless.Runtime.Managed;

/// <summary>What an invocation that did not return ends with.</summary>
internal static class InvocationOutcome
{
    /// <summary>The result if it must not run any more; null: it may.</summary>
    public static InvocationResult? OfInterrupt(
        ManagedEnvironment environment,
        Invocation call,
        CancellationToken caller
    )
    {
        // The deadline goes first: a caller often cancels because it has passed.
        if (call.Deadline.Remaining(environment.Time) == TimeSpan.Zero)
        {
            return TimedOut(call);
        }

        return caller.IsCancellationRequested ? Cancelled(call) : null;
    }

    /// <summary>The result of an invocation that was interrupted at its token.</summary>
    public static InvocationResult OfToken(
        ManagedEnvironment environment,
        Invocation call,
        CancellationToken caller
    ) => OfInterrupt(environment, call, caller) ?? TimedOut(call);

    /// <summary>The result of an exception; logs it if it is a defect of the function.</summary>
    public static InvocationResult OfException(
        ManagedEnvironment environment,
        FunctionContext context,
        Exception exception,
        CancellationToken caller
    )
    {
        var call = context.Call;
        switch (exception)
        {
            case InvocationRefusedException refused:
                return InvocationResult.Fail(refused.Status, refused.Message);
            case KvWriteException refused:
                return CommitFailures.ToResult(refused.Result, call.Address);
            case OperationCanceledException
                when OfInterrupt(environment, call, caller) is { } interrupted:
                return interrupted;
            case OperationCanceledException when context.DeadlineFired:
                return TimedOut(call);
        }

        environment.Log.FunctionThrew(exception, call.Address, call.Id);
        return InvocationResult.Fail(
            InvocationStatus.Failed,
            $"'{call.Address}' threw {exception.GetType().Name}: {exception.Message}"
        );
    }

    private static InvocationResult TimedOut(Invocation call) =>
        InvocationResult.Fail(
            InvocationStatus.TimedOut,
            $"'{call.Address}' did not end by its deadline; its own limit is "
                + $"{call.Function.Limits.Timeout}."
        );

    private static InvocationResult Cancelled(Invocation call) =>
        InvocationResult.Fail(
            InvocationStatus.Cancelled,
            $"The caller of '{call.Address}' went away, or the node stops."
        );
}
