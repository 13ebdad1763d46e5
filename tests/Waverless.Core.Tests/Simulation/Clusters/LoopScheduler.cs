namespace Waverless.Simulation.Clusters;

/// <summary>Queues the tasks of one node for the one thread of a <see cref="SimLoop"/>.</summary>
internal sealed class LoopScheduler(SimLoop loop) : TaskScheduler
{
    private readonly List<Task> _held = [];
    private bool _isKilled;
    private bool _isPaused;

    /// <summary>Tells it from the others of its loop, in the order in which they were made.</summary>
    public int Number { get; } = loop.NextNumber();

    public override int MaximumConcurrencyLevel => 1;

    /// <summary>The node is dead: nothing of it runs any more.</summary>
    public void Kill() => _isKilled = true;

    /// <summary>The node stands still; what is to run waits.</summary>
    public void Pause() => _isPaused = true;

    public void Resume()
    {
        _isPaused = false;
        foreach (var task in _held)
        {
            loop.Queue(this, task);
        }

        _held.Clear();
    }

    public Task Start(Func<Task> work) =>
        Task
            .Factory.StartNew(
                work,
                CancellationToken.None,
                TaskCreationOptions.DenyChildAttach,
                this
            )
            .Unwrap();

    public void Execute(Task task)
    {
        if (_isKilled)
        {
            return;
        }

        if (_isPaused)
        {
            _held.Add(task);
        }
        else
        {
            TryExecuteTask(task);
        }
    }

    protected override void QueueTask(Task task)
    {
        if (!_isKilled)
        {
            loop.Queue(this, task);
        }
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => false;

    protected override IEnumerable<Task> GetScheduledTasks() => [];
}
