using System.IO.Pipelines;

namespace Waverless.Messaging.Memory;

/// <summary>Continues readers and writers of pipes on a task scheduler.</summary>
internal sealed class TaskPipeScheduler(TaskScheduler scheduler) : PipeScheduler
{
    public override void Schedule(Action<object?> action, object? state) =>
        _ = Task.Factory.StartNew(
            action,
            state,
            CancellationToken.None,
            TaskCreationOptions.DenyChildAttach,
            scheduler
        );
}
