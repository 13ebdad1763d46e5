using Microsoft.Extensions.Logging.Abstractions;
using Waverless.Apps;
using Waverless.Cluster;
using Waverless.Events;
using Waverless.Invocations;
using Waverless.Kv;

namespace Waverless.Simulation;

/// <summary>A node under simulation.</summary>
internal sealed class SimNode
{
    private readonly Sim _sim;
    private readonly SimScheduler _scheduler;

    public SimNode(Sim sim, SimEngine engine, int boot)
    {
        _sim = sim;
        _scheduler = new SimScheduler(sim);
        Engine = engine;
        Boot = boot;
        engine.Crashed += Die;
        Node = new Node(
            new NodeParts
            {
                Engine = engine,
                Runtimes = [sim.Runtime],
                Threads = new SimThreads(_scheduler),
                Time = sim.Time,
                Scheduler = _scheduler,
                Random = new Random(sim.Random.Next()),
                Meters = sim.Meters,
                Loggers = NullLoggerFactory.Instance,
                Settings = sim.Settings,
            }
        );
    }

    public Node Node { get; }

    public SimEngine Engine { get; }

    public int Boot { get; }

    public bool IsDead { get; private set; }

    public Task StartAsync() =>
        Node.StartAsync(_sim.Apps.Select(_sim.Runtime.Version), CancellationToken.None);

    public IKvStore Store(string app) => Node.Store(app);

    public ValueTask<InvocationResult> CallAsync(
        string function,
        string payload = "",
        bool cascade = false,
        TimeSpan? timeout = null,
        CancellationToken ct = default
    ) =>
        Node.Invoker.InvokeAsync(
            new InvocationRequest(FunctionAddress.Parse(function), Payload.FromText(payload))
            {
                WaitForCascade = cascade,
                Timeout = timeout,
            },
            ct
        );

    /// <summary>Waits until nothing waits or runs any more in these apps.</summary>
    public Task DrainedAsync(params string[] apps) =>
        _sim.UntilAsync(() => apps.All(app => Node.Backlog.Of(app) == 0));

    /// <summary>Dead letters of a function.</summary>
    public async Task<List<EventRecord>> DeadAsync(string app, string function, int partition = 0)
    {
        var stored = await Engine.ReadEventsAsync(
            new PartitionId(app, partition),
            new EventQuery(function, EventState.Dead),
            default,
            int.MaxValue,
            CancellationToken.None
        );
        return [.. stored.Select(item => EventRecord.Decode(item.Record.Span)!)];
    }

    private static readonly EventState[] Undone =
    [
        EventState.Ready,
        EventState.Due,
        EventState.Outbox,
        EventState.Delayed,
    ];

    /// <summary>Event records of an app's partition, of any function and state, dead ones apart.</summary>
    public async Task<int> StoredEventsAsync(string app, int partition = 0)
    {
        var id = new PartitionId(app, partition);
        var count = 0;
        foreach (var state in Undone)
        {
            foreach (var name in await Engine.ReadEventFunctionsAsync(id, state, default))
            {
                var query = new EventQuery(name, state);
                var read = await Engine.ReadEventsAsync(id, query, default, int.MaxValue, default);
                count += read.Count;
            }
        }

        return count;
    }

    /// <summary>The process dies: nothing of it runs any more, nothing of it is written.</summary>
    public void Crash() => Engine.Crash();

    private void Die()
    {
        IsDead = true;
        _scheduler.Kill();
    }
}
