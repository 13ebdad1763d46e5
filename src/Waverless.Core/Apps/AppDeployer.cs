using Microsoft.Extensions.Logging;
using Waverless.Runtime;

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
    ILogger<AppDeployer> logger
) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>Deploys a version; the same content again is no change.</summary>
    /// <exception cref="AppRejectedException">
    /// It cannot run here; every reason is named.
    /// </exception>
    public async Task<DeployedApp> DeployAsync(AppVersion version, CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            if (
                catalog.Current.Apps.TryGetValue(version.App, out var current)
                && current.Version.Hash == version.Hash
            )
            {
                return current;
            }

            SharingRules.Check(version.Package.Manifest, FindManifest);
            var loaded = await RuntimeFor(version).LoadAsync(version, ct);
            var app = new DeployedApp(version, loaded, FindManifest, time);
            var replaced = catalog.Switch(app);
            Log.Deployed(logger, version.App, version.Hash);
            if (replaced is not null)
            {
                _ = RetireAsync(replaced);
            }

            return app;
        }
        finally
        {
            _turn.Release();
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

        _ = RetireAsync(removed);
        return true;
    }

    /// <summary>Retires every app and waits until all are unloaded or the token gives up.</summary>
    public async Task RetireAllAsync(CancellationToken ct)
    {
        var retiring = catalog
            .Current.Apps.Values.Select(app =>
                RetireAsync(catalog.Remove(app.Manifest.Name) ?? app)
            )
            .ToArray();
        await Task.WhenAll(retiring).WaitAsync(ct);
    }

    public void Dispose() => _turn.Dispose();

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

    private async Task RetireAsync(DeployedApp app)
    {
        app.Leave();
        try
        {
            await app.Empty.WaitAsync(drainTimeout, time);
        }
        catch (TimeoutException)
        {
            Log.DrainTimedOut(logger, app.Manifest.Name, app.Version.Hash, drainTimeout);
            await app.Empty;
        }

        await app.Loaded.DisposeAsync();
    }
}
