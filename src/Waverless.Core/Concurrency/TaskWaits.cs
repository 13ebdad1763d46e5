namespace Waverless.Concurrency;

/// <summary>
/// Waits for a task, but not for ever, without leaving the scheduler of whoever waits: what
/// <c>Task.WaitAsync</c> does by way of the thread pool, where a
/// simulation cannot repeat it.
/// </summary>
internal static class TaskWaits
{
    /// <summary>Waits for the task, or until the token is cancelled.</summary>
    /// <exception cref="OperationCanceledException">The token was first.</exception>
    public static Task OrCancelledAsync(this Task task, CancellationToken ct) =>
        task.IsCompleted || !ct.CanBeCanceled ? task : FirstAsync(task, ct);

    /// <inheritdoc cref="OrCancelledAsync(Task, CancellationToken)"/>
    public static async Task<T> OrCancelledAsync<T>(this Task<T> task, CancellationToken ct)
    {
        await OrCancelledAsync((Task)task, ct);
        return await task;
    }

    /// <summary>Waits for the task, at most so long, or until the token is cancelled.</summary>
    /// <exception cref="TimeoutException">The time was over first.</exception>
    /// <exception cref="OperationCanceledException">The token was first.</exception>
    public static async Task WithinAsync(
        this Task task,
        TimeSpan timeout,
        TimeProvider time,
        CancellationToken ct = default
    )
    {
        if (!task.IsCompleted)
        {
            var first = FirstOf(task);
            await using var timer = time.CreateTimer(
                static state =>
                    ((TaskCompletionSource)state!).TrySetException(new TimeoutException()),
                first,
                timeout,
                Timeout.InfiniteTimeSpan
            );
            await CancelledByAsync(first, ct);
        }

        await task;
    }

    private static async Task FirstAsync(Task task, CancellationToken ct)
    {
        await CancelledByAsync(FirstOf(task), ct);
        await task;
    }

    private static TaskCompletionSource FirstOf(Task task)
    {
        // An awaiter comes back to the scheduler on which it was asked. Who waits hears of it at
        // once where it may, as with Task.WaitAsync: before others who have the same token.
        var first = new TaskCompletionSource();
        task.GetAwaiter().UnsafeOnCompleted(() => first.TrySetResult());
        return first;
    }

    private static async Task CancelledByAsync(TaskCompletionSource first, CancellationToken ct)
    {
        await using var registration = ct.UnsafeRegister(
            static (state, token) => ((TaskCompletionSource)state!).TrySetCanceled(token),
            first
        );
        await first.Task;
    }
}
