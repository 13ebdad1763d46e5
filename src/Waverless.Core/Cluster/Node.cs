using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Waverless.Apps;
using Waverless.Diagnostics;
using Waverless.Events;
using Waverless.Invocations;
using Waverless.Kv;
using Waverless.Runtime;

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
    private readonly NodeParts _parts;
    private readonly InvocationMetrics _metrics;
    private readonly EventPump _pump;
    private readonly FrontDoor _door;

    public Node(NodeParts parts)
    {
        _parts = parts;
        var settings = parts.Settings;
        Catalog = new AppCatalog();
        Backlog = new Backlog(settings.BacklogSoftMax, settings.BacklogHardMax);
        BootId = (ulong)parts.Random.NextInt64(1, long.MaxValue);
        Cascades = new CascadeRegistry(settings.NodeId, BootId, parts.Time);
        Deployer = new AppDeployer(
            Catalog,
            parts.Runtimes,
            parts.Time,
            settings.DrainTimeout,
            parts.Loggers.CreateLogger<AppDeployer>()
        );
        _metrics = new InvocationMetrics(parts.Meters, parts.Time);
        var completions = new PumpCompletions();
        _door = new FrontDoor(parts.Engine, Catalog, Backlog, completions, settings.Kv, parts.Time);
        var runner = new FunctionRunner(
            _door,
            new LockTable(),
            parts.Time,
            parts.Threads,
            _metrics,
            parts.Loggers,
            _stopping.Token
        );
        _pump = new EventPump(PumpParts(runner));
        completions.Pump = _pump;
        Invoker = new FunctionInvoker(
            runner,
            Catalog,
            Backlog,
            Cascades,
            parts.Threads,
            _ready.Task
        );
        runner.Invoker = Invoker;
    }

    public AppCatalog Catalog { get; }

    public AppDeployer Deployer { get; }

    public Backlog Backlog { get; }

    public CascadeRegistry Cascades { get; }

    public FunctionInvoker Invoker { get; }

    /// <summary>Differs at each start of the node.</summary>
    public ulong BootId { get; }

    /// <summary>Whether calls are served.</summary>
    public bool IsReady =>
        _ready.Task.IsCompletedSuccessfully && !_stopping.IsCancellationRequested;

    public IKvStore Store(string app) =>
        _stores.GetOrAdd(app, name => new AppKvStore(name, _door, _ready.Task));

    /// <summary>
    /// Opens the store, deploys the apps, takes up what was left, begins to serve.
    /// </summary>
    /// <exception cref="StorageException">The store cannot be opened.</exception>
    /// <exception cref="AppRejectedException">An app cannot run here.</exception>
    public async Task StartAsync(IEnumerable<AppVersion> apps, CancellationToken ct)
    {
        await _parts.Engine.OpenAsync(_pump, ct);
        foreach (var app in apps)
        {
            await Deployer.DeployAsync(app, ct);
        }

        await _pump.RecoverAsync(ct);
        _ready.TrySetResult();
    }

    /// <summary>
    /// Begins no more events, waits for what runs, cancels it when the token gives up, and closes
    /// the store. What has not run stays in the store.
    /// </summary>
    public async Task StopAsync(CancellationToken ct)
    {
        _pump.Stop();
        Cascades.Stop();
        var retiring = Deployer.RetireAllAsync(CancellationToken.None);
        try
        {
            await retiring.WaitAsync(ct);
        }
        catch (OperationCanceledException)
        {
            await _stopping.CancelAsync();
            await retiring;
        }

        await _stopping.CancelAsync();
        await _pump.FlushAsync();
        await _parts.Engine.DisposeAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _ready.TrySetCanceled();
        _pump.Stop();
        Cascades.Stop();
        await _stopping.CancelAsync();
        _pump.Dispose();
        Deployer.Dispose();
        _metrics.Dispose();
        await _parts.Engine.DisposeAsync();
        _stopping.Dispose();
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
            Logger = _parts.Loggers.CreateLogger("Waverless.Events"),
        };
    }

    /// <summary>Ties the knot between the front door and the pump, which know each other.</summary>
    private sealed class PumpCompletions : ICompletionSource
    {
        public EventPump? Pump { get; set; }

        public ICompletions? TakeInto(Commit commit, PartitionId partition) =>
            Pump?.TakeInto(commit, partition);
    }
}
