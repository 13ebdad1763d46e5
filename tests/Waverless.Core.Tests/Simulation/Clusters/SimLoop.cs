namespace Waverless.Simulation.Clusters;

/// <summary>
/// The one thread of a simulated cluster: the seed chooses which task of which node runs next, and
/// the clock moves when nothing else can happen.
/// </summary>
internal sealed class SimLoop
{
    private readonly List<(LoopScheduler Scheduler, Task Task)> _ready = [];
    private readonly Lock _gate = new();
    private readonly LoopTrace _trace = new();
    private int _thread;
    private int _schedulers;

    public SimLoop(int seed)
    {
        Random = new Random(seed);
        Story = new LoopScheduler(this);
    }

    public Random Random { get; }

    public SimClock Clock { get; } = new();

    /// <summary>Where the test itself runs, and what is no node's.</summary>
    public LoopScheduler Story { get; }

    /// <summary>Called whenever nothing can run any more at a moment.</summary>
    public Action? Quiet { get; set; }

    /// <summary>Tasks that ran.</summary>
    public long Steps { get; private set; }

    /// <summary>What has run so far, in short: the same for the same seed.</summary>
    public SimTrace Trace => _trace.Steps;

    /// <summary>Runs a story to its end.</summary>
    public void Run(Func<Task> story, TimeSpan longest)
    {
        _thread = Environment.CurrentManagedThreadId;
        var outer = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            var told = Story.Start(story);
            while (!told.IsCompleted)
            {
                RunReady();
                Quiet?.Invoke();
                if (!told.IsCompleted && !Clock.TryAdvance(longest))
                {
                    Assert.Fail($"the story has not ended within {longest} of simulated time");
                }
            }

            told.GetAwaiter().GetResult();
            Assert.True(_trace.Stray is null, $"came by way of another thread:\n{_trace.Stray}");
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outer);
            _trace.Dispose();
        }
    }

    public Task DelayAsync(TimeSpan delay) => Task.Delay(delay, Clock);

    public Task DelayAsync(double seconds) => DelayAsync(TimeSpan.FromSeconds(seconds));

    /// <summary>Waits for something; false: it has not come about.</summary>
    public async Task<bool> UntilAsync(Func<bool> condition, TimeSpan longest)
    {
        for (var end = Clock.Elapsed + longest; Clock.Elapsed < end; )
        {
            if (condition())
            {
                return true;
            }

            await DelayAsync(TimeSpan.FromMilliseconds(10));
        }

        return condition();
    }

    /// <summary>
    /// From the loop's own thread only: what comes by way of another one comes sooner or later as
    /// the machine pleases, and no seed repeats it.
    /// </summary>
    public void Queue(LoopScheduler scheduler, Task task)
    {
        if (Environment.CurrentManagedThreadId != _thread)
        {
            _trace.Strayed(Environment.StackTrace);
        }

        lock (_gate)
        {
            _ready.Add((scheduler, task));
        }
    }

    /// <summary>The schedulers of a loop have numbers, in the order in which they are made.</summary>
    public int NextNumber() => _schedulers++;

    private void RunReady()
    {
        while (TryTake(out var next))
        {
            Steps++;
            _trace.Add(next.Scheduler.Number, Clock.Elapsed);
            next.Scheduler.Execute(next.Task);
        }
    }

    private bool TryTake(out (LoopScheduler Scheduler, Task Task) next)
    {
        lock (_gate)
        {
            if (_ready.Count == 0)
            {
                next = default;
                return false;
            }

            var index = _ready.Count == 1 ? 0 : Random.Next(_ready.Count);
            next = _ready[index];
            _ready[index] = _ready[^1];
            _ready.RemoveAt(_ready.Count - 1);
            return true;
        }
    }
}
