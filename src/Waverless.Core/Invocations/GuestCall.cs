using Waverless.Apps;

namespace Waverless.Invocations;

/// <summary>A call that waits for a guest thread and runs on it.</summary>
internal sealed class GuestCall(DeployedFunction function, FunctionCall call, FunctionRunner runner)
    : TaskCompletionSource<InvocationResult>(TaskCreationOptions.RunContinuationsAsynchronously),
        IThreadWork
{
    public void Run()
    {
        if (call.Cancellation.IsCancellationRequested)
        {
            TrySetResult(
                InvocationResult.Fail(
                    InvocationStatus.Cancelled,
                    $"The caller of '{function.Address}' went away before it began."
                )
            );
            return;
        }

        if (call.Invocation.Deadline.Remaining(runner.Time) == TimeSpan.Zero)
        {
            TrySetResult(
                InvocationResult.Fail(
                    InvocationStatus.TimedOut,
                    $"'{function.Address}' did not begin before the deadline."
                )
            );
            return;
        }

        try
        {
            TrySetResult(runner.Waiter.Wait(runner.RunAsync(function, call)).Result);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            TrySetResult(InvocationResult.Fail(InvocationStatus.Failed, failure.Message));
        }
    }
}
