using Microsoft.Extensions.Logging;
using Waverless.Concurrency;
using Waverless.Invocations;
using Waverless.Runtime;
using Waverless.Scheduling;

namespace Waverless.Apps;

/// <summary>
/// Deploys versions: validates and loads first, switches atomically, lets the version before
/// drain. A version that is rejected changes nothing.
/// </summary>
internal sealed class AppDeployer(
    AppCatalog catalog,
    IReadOnlyList<IFunctionRuntime> runtimes,
    TimeProvider time,
    TimeSpan drainTimeout,
    IGuestThreads threads,
    ILogger<AppDeployer> logger
)
{
    private readonly Gate _turn = new(concurrency: 1, queueMax: int.MaxValue);
    private readonly Lock _lock = new();
    private readonly HashSet<Task> _retiring = [];
    private bool _isStopping;

    /// <summary>Hears which app has another version, once it is in the catalog.</summary>
    public Action<string>? Deployed { get; set; }

    /// <summary>What a manifest can name as its scheduler; null: that is not checked.</summary>
    public SchedulerCatalog? Schedulers { get; init; }

    /// <summary>Deploys a version; the same content again is no change.</summary>
    /// <param name="version">The version.</param>
    /// <param name="ct">Cancels it before the switch.</param>
    /// <param name="prepare">
    /// What is to be done once it is known that the version runs, before anybody calls it; if it
    /// throws, nothing has changed.
    /// </param>
    /// <exception cref="AppRejectedException">
    /// It cannot run here; every reason is named.
    /// </exception>
    public async Task<DeployedApp> DeployAsync(
        AppVersion version,
        CancellationToken ct,
        Action? prepare = null
    )
    {
        await _turn.EnterAsync(ct);
        try
        {
            if (_isStopping)
            {
                throw new InvalidOperationException(
                    $"The node is stopping; '{version.App}' was not deployed."
                );
            }

            if (
                catalog.Current.Apps.TryGetValue(version.App, out var current)
                && current.Version.Hash == version.Hash
            )
            {
                return current;
            }

            Check(version.Package.Manifest);

            // Who deploys often calls at once, and a function that nobody knows yet runs on a guest
            // thread: one wakes up while the artifact is loaded.
            threads.Anticipate();
            var loaded = await RuntimeFor(version).LoadAsync(version, ct);
            var app = await PrepareAsync(version, loaded, prepare);
            var replaced = catalog.Switch(app);
            Log.Deployed(logger, version.App, version.Hash);
            Deployed?.Invoke(version.App);
            if (replaced is not null)
            {
                Retire(replaced);
            }

            return app;
        }
        finally
        {
            _turn.Exit();
        }
    }

    /// <summary>
    /// Finds out whether a version runs here, and leaves what is compiled in its cache.
    /// </summary>
    /// <exception cref="AppRejectedException">It cannot run; every reason is named.</exception>
    public async Task TryLoadAsync(AppVersion version, CancellationToken ct)
    {
        Check(version.Package.Manifest);
        var loaded = await RuntimeFor(version).LoadAsync(version, ct);
        try
        {
            CheckLoaded(version, loaded);
        }
        finally
        {
            await loaded.DisposeAsync();
        }
    }

    /// <summary>Takes an app out of service; false if it was not deployed.</summary>
    public bool Remove(string app)
    {
        var removed = catalog.Remove(app);
        if (removed is null)
        {
            return false;
        }

        Retire(removed);
        return true;
    }

    /// <summary>
    /// For the end of the node: deploys nothing more, waits until no version runs any more, and
    /// unloads all. The catalog stays as it is, since what still runs needs it: its writes set off
    /// events, and it may call other functions.
    /// </summary>
    public async Task RetireAllAsync()
    {
        await _turn.EnterAsync(CancellationToken.None);
        _isStopping = true;
        _turn.Exit();
        var apps = catalog.Current.Apps.Values;
        foreach (var app in apps)
        {
            app.Leave();
        }

        Task[] replaced;
        lock (_lock)
        {
            replaced = [.. _retiring];
        }

        foreach (var ended in apps.Select(app => app.Empty).Concat(replaced))
        {
            await ended;
        }

        foreach (var app in apps)
        {
            await app.Loaded.DisposeAsync();
        }
    }

    /// <summary>What can be said of a manifest without its artifact.</summary>
    private void Check(AppManifest manifest)
    {
        SharingRules.Check(manifest, FindManifest);
        if (manifest.Scheduler is { } name && Schedulers?.Names.Contains(name) == false)
        {
            throw new AppRejectedException(
                manifest.Name,
                AppRejectionCode.SchedulerUnknown,
                [
                    $"'scheduler: {name}' names none that there is; expected one of: "
                        + $"{string.Join(", ", Schedulers.Names)}.",
                ]
            );
        }
    }

    private AppManifest? FindManifest(string app) =>
        catalog.Current.Apps.TryGetValue(app, out var deployed) ? deployed.Manifest : null;

    private IFunctionRuntime RuntimeFor(AppVersion version) =>
        runtimes.FirstOrDefault(runtime => runtime.Recognizes(version.Package))
        ?? throw new AppRejectedException(
            version.App,
            AppRejectionCode.RuntimeMissing,
            [
                "No runtime of this node runs its artifact; expected one for: "
                    + string.Join(", ", runtimes.Select(runtime => runtime.Name))
                    + ".",
            ]
        );

    private async Task<DeployedApp> PrepareAsync(
        AppVersion version,
        ILoadedApp loaded,
        Action? prepare
    )
    {
        try
        {
            CheckLoaded(version, loaded);
            var app = new DeployedApp(version, loaded, FindManifest, time);
            prepare?.Invoke();
            return app;
        }
        catch
        {
            await loaded.DisposeAsync();
            throw;
        }
    }

    /// <summary>What can be said of a manifest once it is known what runs it.</summary>
    private static void CheckLoaded(AppVersion version, ILoadedApp loaded)
    {
        CheckBatches(version, loaded);
        SharingRules.CheckCommits(version.Package.Manifest, loaded.Traits.DefaultCommit);
    }

    /// <summary>Guests of owned instances take one event at a time.</summary>
    private static void CheckBatches(AppVersion version, ILoadedApp loaded)
    {
        var batched = version
            .Package.Manifest.Functions.Where(function => function.Batch is not null)
            .Select(function =>
                $"The function '{function.Name}' declares 'batch', but its runtime hands over "
                + "one event at a time; expected no 'batch'."
            )
            .ToList();
        if (batched.Count > 0 && loaded.Traits.Kind == InstanceKind.Owned)
        {
            throw new AppRejectedException(version.App, AppRejectionCode.ManifestInvalid, batched);
        }
    }

    private void Retire(DeployedApp app)
    {
        var retiring = RetireAsync(app);
        lock (_lock)
        {
            _retiring.RemoveWhere(task => task.IsCompleted);
            _retiring.Add(retiring);
        }
    }

    private async Task RetireAsync(DeployedApp app)
    {
        app.Leave();
        try
        {
            await app.Empty.WithinAsync(drainTimeout, time);
        }
        catch (TimeoutException)
        {
            Log.DrainTimedOut(logger, app.Manifest.Name, app.Version.Hash, drainTimeout);
            await app.Empty;
        }

        await app.Loaded.DisposeAsync();
    }
}
