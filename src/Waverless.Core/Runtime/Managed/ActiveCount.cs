using Waverless.Concurrency;

namespace Waverless.Runtime.Managed;

/// <summary>Counts what runs, and tells when nothing does. Thread-safe.</summary>
internal sealed class ActiveCount
{
    private int _count;
    private TaskCompletionSource? _idle;

    public void Enter() => Interlocked.Increment(ref _count);

    public void Leave()
    {
        if (Interlocked.Decrement(ref _count) == 0)
        {
            Volatile.Read(ref _idle)?.TrySetResult();
        }
    }

    /// <summary>Completes when nothing runs; who waits sees to it that nothing begins.</summary>
    public async ValueTask WaitAsync(CancellationToken ct)
    {
        while (Volatile.Read(ref _count) != 0)
        {
            var signal = PendingSignal();
            // Published first, read after: the last one to leave sees the signal or is seen.
            if (Volatile.Read(ref _count) != 0)
            {
                await signal.Task.OrCancelledAsync(ct);
            }
        }
    }

    private TaskCompletionSource PendingSignal()
    {
        var known = Volatile.Read(ref _idle);
        if (known is { Task.IsCompleted: false })
        {
            return known;
        }

        var fresh = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var first = Interlocked.CompareExchange(ref _idle, fresh, known);
        return ReferenceEquals(first, known) ? fresh : first!;
    }
}
