using Waverless.Apps;
using Waverless.Invocations;

namespace Waverless.Cluster.Calls;

/// <summary>An event of another node that waits for a guest thread and runs on it.</summary>
internal sealed class GuestEvent(
    DeployedFunction function,
    FunctionCall call,
    FunctionRunner runner
)
    : TaskCompletionSource<FunctionOutcome>(TaskCreationOptions.RunContinuationsAsynchronously),
        IThreadWork
{
    public void Run()
    {
        if (call.Cancellation.IsCancellationRequested)
        {
            TrySetResult(new FunctionOutcome(CallRefusal.Cancelled(function.Address), false));
            return;
        }

        try
        {
            TrySetResult(runner.Waiter.Wait(runner.RunAsync(function, call)));
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            var failed = InvocationResult.Fail(InvocationStatus.Failed, failure.Message);
            TrySetResult(new FunctionOutcome(failed, false));
        }
    }
}
