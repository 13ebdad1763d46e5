using Waverless.Invocations;

namespace Waverless.Hosting.Support;

/// <summary>Work that hands its result to the test.</summary>
internal sealed class ThreadJob(Func<(bool, bool)> run)
    : TaskCompletionSource<(bool, bool)>(TaskCreationOptions.RunContinuationsAsynchronously),
        IThreadWork
{
    public void Run()
    {
        try
        {
            SetResult(run());
        }
        catch (Exception failure)
        {
            SetException(failure);
        }
    }
}

/// <summary>Work without a result.</summary>
internal sealed class CountedJob(Action run) : IThreadWork
{
    public void Run() => run();
}
