using Waverless.Apps;

namespace Waverless.Invocations;

/// <summary>Further runs of a call that others came between, on a guest thread.</summary>
internal sealed class GuestRerun(
    FunctionRunner runner,
    DeployedFunction function,
    FunctionCall call,
    FunctionOutcome first
)
    : TaskCompletionSource<FunctionOutcome>(TaskCreationOptions.RunContinuationsAsynchronously),
        IThreadWork
{
    public void Run()
    {
        try
        {
            TrySetResult(runner.RerunHere(first, function, call));
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            TrySetException(failure);
        }
    }
}
