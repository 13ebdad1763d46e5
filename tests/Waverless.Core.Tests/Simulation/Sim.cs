using Microsoft.Extensions.Time.Testing;
using Waverless.Cluster;
using Waverless.Storage;

namespace Waverless.Simulation;

/// <summary>
/// A node and everything around it on one thread, one clock and one seed: the seed chooses which
/// task runs next, what is slow and what fails, so that it also is the whole story of a failure.
/// </summary>
internal sealed class Sim
{
    private const int StepsMax = 200_000;
    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(10);

    private readonly List<(SimScheduler Scheduler, Task Task)> _ready = [];
    private readonly SimScheduler _story;
    private readonly MemoryDisk _disk = new();
    private int _boots;

    public Sim(int seed = 1)
    {
        Random = new Random(seed);
        _story = new SimScheduler(this);
    }

    public Random Random { get; }

    public FakeTimeProvider Time { get; } = new(DateTimeOffset.UnixEpoch.AddYears(50));

    public TestMeters Meters { get; } = new();

    public SimTrace Trace { get; } = new();

    public NodeSettings Settings { get; set; } = new();

    /// <summary>Whether nodes are told that each commit is forced to the disk.</summary>
    public bool IsForced { get; init; }

    public List<TestApp> Apps { get; } = [];

    /// <summary>The apps' functions, which outlive the nodes as a deployment does.</summary>
    public ScriptedRuntime Runtime { get; } = new();

    public TestApp App(string name)
    {
        var app = new TestApp(name);
        Apps.Add(app);
        return app;
    }

    /// <summary>Runs a story to its end, moving the clock whenever nothing else can run.</summary>
    public void Run(Func<Task> story)
    {
        var outer = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            var told = Task
                .Factory.StartNew(
                    story,
                    CancellationToken.None,
                    TaskCreationOptions.DenyChildAttach,
                    _story
                )
                .Unwrap();
            for (var steps = 0; !told.IsCompleted; steps++)
            {
                Assert.True(steps < StepsMax, $"no end after {Step * StepsMax} of simulated time");
                RunReady();
                if (!told.IsCompleted)
                {
                    Time.Advance(Step);
                }
            }

            told.GetAwaiter().GetResult();
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outer);
        }
    }

    /// <summary>Boots a node on the disk that the one before it has left.</summary>
    public async Task<SimNode> BootAsync()
    {
        var node = Build();
        await node.StartAsync();
        return node;
    }

    public SimNode Build() => new(this, new SimEngine(this, _disk), ++_boots);

    public Task DelayAsync(int milliseconds) =>
        Task.Delay(TimeSpan.FromMilliseconds(milliseconds), Time);

    public async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            await DelayAsync(10);
        }
    }

    public void Queue(SimScheduler scheduler, Task task)
    {
        lock (_ready)
        {
            _ready.Add((scheduler, task));
        }
    }

    private void RunReady()
    {
        while (TryTake(out var next))
        {
            next.Scheduler.Execute(next.Task);
        }
    }

    private bool TryTake(out (SimScheduler Scheduler, Task Task) next)
    {
        lock (_ready)
        {
            if (_ready.Count == 0)
            {
                next = default;
                return false;
            }

            var index = Random.Next(_ready.Count);
            next = _ready[index];
            _ready.RemoveAt(index);
            return true;
        }
    }
}
