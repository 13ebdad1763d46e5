namespace Waverless.Storage.Engine;

/// <summary>
/// Work off the commit path, counted, so that closing can wait for it: what was begun is done
/// before the key space goes. Thread-safe.
/// </summary>
/// <param name="start">Starts work, here or on another thread.</param>
internal sealed class BackgroundWork(Action<Action> start)
{
    private readonly Lock _gate = new();
    private int _running;
    private TaskCompletionSource? _idle;

    /// <summary>Starts work.</summary>
    public void Start(Action work)
    {
        lock (_gate)
        {
            _running++;
        }

        start(() => Run(work));
    }

    /// <summary>Waits until nothing runs. No more is started by then.</summary>
    public Task WaitAsync()
    {
        lock (_gate)
        {
            if (_running == 0)
            {
                return Task.CompletedTask;
            }

            _idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _idle.Task;
        }
    }

    private void Run(Action work)
    {
        try
        {
            work();
        }
        finally
        {
            lock (_gate)
            {
                if (--_running == 0)
                {
                    _idle?.TrySetResult();
                }
            }
        }
    }
}
