using Waverless.Invocations;

namespace Waverless.Simulation;

/// <summary>Guest threads for guests that never wait: each piece of work is a task.</summary>
internal sealed class SimThreads(TaskScheduler scheduler) : IGuestThreads
{
    public bool IsGuestThread => false;

    public bool TryEnterInline() => false;

    public void ExitInline() => throw new InvalidOperationException("Nobody has entered.");

    public bool TryQueue(IThreadWork work)
    {
        Task.Factory.StartNew(
            work.Run,
            CancellationToken.None,
            TaskCreationOptions.DenyChildAttach,
            scheduler
        );
        return true;
    }

    public void BeginWait() => throw new InvalidOperationException("There is no permit to give.");

    public void EndWait() => throw new InvalidOperationException("There is no permit to take.");
}
