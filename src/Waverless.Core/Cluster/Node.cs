using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Waverless.Apps;
using Waverless.Cluster.Calls;
using Waverless.Cluster.Deployment;
using Waverless.Concurrency;
using Waverless.Diagnostics;
using Waverless.Events;
using Waverless.Invocations;
using Waverless.Kv;
using Waverless.Locks;
using Waverless.Runtime;
using Waverless.Scheduling.Warming;
using Waverless.Timers;

namespace Waverless.Cluster;

/// <summary>
/// A whole platform on one node: catalog, store, invoker and pump, wired together. Started once,
/// stopped once.
/// </summary>
internal sealed class Node : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, IKvStore> _stores = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _ready = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _stopped = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private readonly NodeParts _parts;
    private readonly InvocationMetrics _metrics;
    private readonly EventMetrics _eventMetrics;
    private readonly EventPump _pump;
    private readonly DeadlineDriver _deadlines;
    private readonly TimerSetup _timers;
    private readonly FrontDoor _door;
    private readonly BlobStore _blobs;
    private readonly BlobCollector _collector;
    private int _stops;
    private int _disposals;

    public Node(NodeParts parts)
    {
        var settings = parts.Settings;
        Catalog = new AppCatalog();
        BootId = (ulong)parts.Random.NextInt64(1, long.MaxValue);
        Backlog = new Backlog(settings.BacklogSoftMax, settings.BacklogHardMax);
        Warming = new AppWarming(parts, Catalog, Backlog);
        var local = parts.Engine;
        if (parts.Cluster is { } cluster)
        {
            Cluster = new ClusterMember(parts, cluster, Catalog, BootId, Warming);
            parts = parts with { Engine = Cluster.Engine };
        }

        _parts = parts;
        Cascades = new CascadeRegistry(settings.NodeId, BootId, parts.Time);
        Deployer = new AppDeployer(
            Catalog,
            parts.Runtimes,
            parts.Time,
            settings.DrainTimeout,
            parts.Threads,
            parts.Loggers.CreateLogger<AppDeployer>()
        )
        {
            Schedulers = parts.Schedulers,
        };
        _metrics = new InvocationMetrics(parts.Meters, parts.Time);
        var transactions = new TransactionMetrics(parts.Meters);
        var completions = new PumpCompletions(IsLocal);
        _door = new FrontDoor(
            parts.Engine,
            Catalog,
            Backlog,
            completions,
            Cascades,
            settings.Kv,
            settings.IdempotencyRetention,
            parts.Time,
            settings.Quota,
            transactions,
            settings.Deferred
        );
        Locks = new LockLeases(_door, parts.Time, parts.Scheduler, BootId, _stopping.Token);
        Runner = new FunctionRunner(
            _door,
            Locks,
            parts.Time,
            parts.Threads,
            _metrics,
            transactions,
            parts.Loggers,
            _stopping.Token
        );
        Runner.Characters = Warming.Characters;
        Runner.Warming = Warming;
        transactions.Observe(Locks, Runner.Turns);
        var pumpParts = PumpParts(Runner);
        _pump = new EventPump(pumpParts);
        pumpParts.Metrics.Observe(Backlog, _pump, parts.Time);
        _eventMetrics = pumpParts.Metrics;
        DeadLetters = new DeadLetters(pumpParts, _pump, _ready.Task);
        completions.Pump = _pump;
        _blobs = new BlobStore(parts.Engine, _door, new Random(parts.Random.Next()));
        Runner.Blobs = _blobs;
        _collector = new BlobCollector(
            parts.Engine,
            _door,
            _blobs,
            _pump.Start,
            () => _pump.IsStopping
        );
        _blobs.Collect = _door.CollectBlobs = partition =>
        {
            if (IsLocal(partition))
            {
                _collector.Signal(partition);
            }
        };
        _deadlines = new DeadlineDriver(DeadlineParts());
        Triggers = new TriggerSwitch(_pump, _deadlines, local, _ready.Task);
        _timers = new TimerSetup(_deadlines.Parts);
        Deployer.Deployed = _timers.Deployed;
        Invoker = new FunctionInvoker(
            Runner,
            Catalog,
            Backlog,
            Cascades,
            parts.Threads,
            _ready.Task
        );
        Runner.Invoker = Invoker;
        Detached = new DetachedCalls(_door, _ready.Task);
        if (Cluster is not null)
        {
            // Not when the node is ready: by the metadata it gets ready.
            var app = CatalogKeys.App;
            var metadata = new AppKvStore(app, _door, Locks, _blobs, Task.CompletedTask);
            var events = new EventRequests(Runner, Catalog, parts.Threads);
            Cluster.Serve(Invoker, events, _door, metadata, Cascades, _pump, Locks, _ready.Task);
            Cluster.Move(_pump.Handover, _deadlines, Locks, Arrived, _ready.Task, parts.Loggers);
        }
    }

    public AppCatalog Catalog { get; }

    /// <summary>What it learns of its functions, and what it keeps warm.</summary>
    public AppWarming Warming { get; }

    /// <summary>Its place in a cluster; null: it is by itself.</summary>
    public ClusterMember? Cluster { get; }

    public AppDeployer Deployer { get; }

    public Backlog Backlog { get; }

    public CascadeRegistry Cascades { get; }

    public FunctionInvoker Invoker { get; }

    public LockLeases Locks { get; }

    public FunctionRunner Runner { get; }

    public TriggerSwitch Triggers { get; }

    public IDeadLetters DeadLetters { get; }

    /// <summary>For tests.</summary>
    public EventPump Pump => _pump;

    /// <summary>Takes calls whose caller does not wait for the answer.</summary>
    public DetachedCalls Detached { get; }

    /// <summary>Differs at each start of the node.</summary>
    public ulong BootId { get; }

    /// <summary>Whether calls are served.</summary>
    public bool IsReady => _ready.Task.IsCompletedSuccessfully && Volatile.Read(ref _stops) == 0;

    public IKvStore Store(string app) =>
        _stores.GetOrAdd(app, name => new AppKvStore(name, _door, Locks, _blobs, _ready.Task));

    public ITimers Timers(string app) => new AppTimers(app, _door, _ready.Task);

    /// <summary>
    /// Opens the store, deploys the apps, takes up what was left, begins to serve.
    /// </summary>
    /// <exception cref="StorageException">The store cannot be opened.</exception>
    /// <exception cref="AppRejectedException">An app cannot run here.</exception>
    public Task StartAsync(IEnumerable<AppVersion> apps, CancellationToken ct) =>
        StartAsync(
            async () =>
            {
                foreach (var app in apps)
                {
                    await Deployer.DeployAsync(app, ct);
                }
            },
            ct
        );

    /// <summary>
    /// Opens the store, lets the caller deploy the apps, takes up what was left, begins to serve.
    /// </summary>
    /// <exception cref="StorageException">The store cannot be opened.</exception>
    public async Task StartAsync(Func<Task> deploy, CancellationToken ct)
    {
        await _parts.Engine.OpenAsync(new CommitListeners(_pump, _deadlines), _parts.Time, ct);
        _eventMetrics.ObserveDeferred(_parts.Engine);
        Triggers.Recover();
        if (Triggers.ArePaused)
        {
            Log.TriggersPaused(_parts.Loggers.CreateLogger<Node>());
        }

        await deploy();
        if (Cluster is not null)
        {
            await Cluster.StartAsync(ct);
        }

        await _pump.RecoverAsync(ct);
        _collector.SignalAll();
        await _timers.StartAsync();
        _deadlines.Start();
        _ready.TrySetResult();
    }

    /// <summary>
    /// Begins no more events, waits for what runs, cancels it when the token gives up, and closes
    /// the store. What has not run stays in the store.
    /// </summary>
    public async Task StopAsync(CancellationToken ct)
    {
        if (Interlocked.Exchange(ref _stops, 1) != 0)
        {
            await _stopped.Task;
            return;
        }

        try
        {
            await StopOnceAsync(ct);
        }
        finally
        {
            _stopped.TrySetResult();
        }
    }

    /// <summary>Stops at once what has not been stopped.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposals, 1) != 0)
        {
            return;
        }

        await StopAsync(new CancellationToken(canceled: true));
        _deadlines.Dispose();
        _pump.Dispose();
        Warming.Dispose();
        Cluster?.Dispose();
        _metrics.Dispose();
        _stopping.Dispose();
    }

    private async Task StopOnceAsync(CancellationToken ct)
    {
        _ready.TrySetCanceled(CancellationToken.None);
        Invoker.Stop();
        _deadlines.Stop();
        _pump.Stop();
        Cascades.Stop();
        var retiring = Deployer.RetireAllAsync();
        try
        {
            await retiring.OrCancelledAsync(ct);
        }
        catch (OperationCanceledException)
        {
            _stopping.Cancel();
            await WaitForCancelledAsync(retiring);
        }

        // Not CancelAsync, here and below: it goes to the thread pool, off the node's scheduler.
        _stopping.Cancel();
        await _pump.FlushAsync();
        if (Cluster is not null)
        {
            await Cluster.StopAsync();
        }

        await _parts.Engine.DisposeAsync();
    }

    /// <summary>
    /// A function that blocks its thread and heeds no token cannot be ended; the store closes under
    /// it, and what it then writes is refused.
    /// </summary>
    private async Task WaitForCancelledAsync(Task retiring)
    {
        var timeout = _parts.Settings.CancelTimeout;
        try
        {
            await retiring.WithinAsync(timeout, _parts.Time);
        }
        catch (TimeoutException)
        {
            Log.StopAbandoned(_parts.Loggers.CreateLogger<Node>(), timeout);
        }
    }

    private EventPumpParts PumpParts(FunctionRunner runner)
    {
        var settings = _parts.Settings;
        var random = new Random(_parts.Random.Next());
        return new EventPumpParts
        {
            Engine = _parts.Engine,
            Catalog = Catalog,
            Runner = runner,
            Threads = _parts.Threads,
            Backlog = Backlog,
            Cascades = Cascades,
            Retries = new RetryPolicy(
                settings.AttemptsMax,
                settings.RetryFirst,
                settings.RetryLongest,
                random
            ),
            Time = _parts.Time,
            Scheduler = _parts.Scheduler,
            Bounds = settings.Pump,
            MayCome = app => Cluster?.Catalog?.MayCome(app) == true,
            Deferred = settings.Deferred,
            DeadLetters = settings.DeadLetters,
            Metrics = new EventMetrics(_parts.Meters),
            Logger = _parts.Loggers.CreateLogger("Waverless.Events"),
            Placer = Cluster?.Placer,
        };
    }

    /// <summary>A partition has come from another node.</summary>
    private void Arrived(PartitionId partition)
    {
        _collector.Signal(partition);
        _timers.Deployed(partition.App);
    }

    private bool IsLocal(PartitionId partition) => Cluster?.Homes.IsLocal(partition) ?? true;

    private DeadlineParts DeadlineParts() =>
        new()
        {
            IsLocal = IsLocal,
            Door = _door,
            Catalog = Catalog,
            Backlog = Backlog,
            Pump = _pump,
            Time = _parts.Time,
            Alarms = _parts.Alarms ?? _parts.Time,
            Logger = _parts.Loggers.CreateLogger("Waverless.Timers"),
        };

    /// <summary>Ties the knot between the front door and the pump, which know each other.</summary>
    private sealed class PumpCompletions(Func<PartitionId, bool> isLocal) : ICompletionSource
    {
        public EventPump? Pump { get; set; }

        public ICompletions? TakeInto(Commit commit, PartitionId partition) =>
            isLocal(partition) ? Pump?.TakeInto(commit, partition) : null;

        public void Anticipate(PartitionId partition, ReadOnlySpan<byte> function)
        {
            if (isLocal(partition))
            {
                Pump?.Anticipate(partition, function);
            }
        }
    }
}
