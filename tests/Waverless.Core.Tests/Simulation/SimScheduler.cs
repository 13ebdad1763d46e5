namespace Waverless.Simulation;

/// <summary>Queues the tasks of one node, or of the test's story, for the simulation's one thread.</summary>
internal sealed class SimScheduler(Sim sim) : TaskScheduler
{
    private bool _killed;

    public override int MaximumConcurrencyLevel => 1;

    /// <summary>The node is dead: nothing of it runs any more.</summary>
    public void Kill() => _killed = true;

    public void Execute(Task task)
    {
        if (!_killed)
        {
            TryExecuteTask(task);
        }
    }

    protected override void QueueTask(Task task)
    {
        if (!_killed)
        {
            sim.Queue(this, task);
        }
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks() => [];
}
