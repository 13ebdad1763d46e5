using System.Text;
using Microsoft.Extensions.Logging;
using Waverless.Apps;
using Waverless.Kv;
using Waverless.Messaging.Wire;

namespace Waverless.Cluster.Deployment;

/// <summary>
/// Brings the node to what the cluster's catalog says, at its start and whenever that changes: gets
/// the packages, makes ready, switches, and says so. A node that was away catches up here.
/// </summary>
internal sealed class ClusterCatalog(
    CatalogStore catalog,
    IPackageDepot depot,
    NodeRecord self,
    TimeProvider time,
    ILogger logger
)
{
    private readonly NodeId _self = new(self.Node);

    // What was made ready, and does not have to be again.
    private readonly Dictionary<string, string> _ready = new(StringComparer.Ordinal);
    private readonly TaskCompletionSource _caughtUp = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );

    /// <summary>What all nodes have said of versions.</summary>
    public AckBoard Acks { get; } = new();

    public CatalogStore Store => catalog;

    public IPackageDepot Depot => depot;

    /// <summary>
    /// Completes when the node has been brought to the catalog once, or nobody waits for that.
    /// </summary>
    public Task CaughtUp => _caughtUp.Task;

    /// <summary>Whoever waits for the catalog goes on without.</summary>
    public void GiveUp() => _caughtUp.TrySetResult();

    /// <summary>Follows the catalog until the token fires.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await FollowAsync(ct);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (StorageException failure)
            {
                Log.CatalogUnreachable(logger, failure.Message);
                await PauseAsync(ct);
            }
        }
    }

    private async Task PauseAsync(CancellationToken ct)
    {
        try
        {
            await Task.Delay(DeployLimits.RetryPause, time, ct);
        }
        catch (OperationCanceledException)
        {
            // The loop sees it.
        }
    }

    private async Task FollowAsync(CancellationToken ct)
    {
        // All that is there by now is found by the scan, and all that comes later by the watch.
        var position = await catalog.GreetAsync(self, ct);
        foreach (var record in await catalog.AllAsync(ct))
        {
            await ReconcileAsync(record, ct);
        }

        _caughtUp.TrySetResult();
        await foreach (var change in catalog.Store.WatchAsync(position, 0, ct))
        {
            await ApplyAsync(change, ct);
        }
    }

    private async Task ApplyAsync(KvChange change, CancellationToken ct)
    {
        var key = change.Key.ToString();
        if (key.StartsWith(CatalogKeys.AckPrefix, StringComparison.Ordinal))
        {
            if (change.Value is { } text)
            {
                Acks.Add(key, Encoding.UTF8.GetString(text.Span));
            }
            else
            {
                Acks.Remove(key);
            }
        }
        else if (key.StartsWith(CatalogKeys.AppPrefix, StringComparison.Ordinal))
        {
            var app = key[CatalogKeys.AppPrefix.Length..];
            if (await catalog.FindAsync(app, ct) is { } found)
            {
                await ReconcileAsync(found.Record, ct);
            }
        }
    }

    private async Task ReconcileAsync(AppRecord record, CancellationToken ct)
    {
        var app = record.App;
        if (record.Active.Length > 0)
        {
            var isOn = depot.ActiveHash(app) == record.Active;
            await SayAsync(app, record.Active, DeployPhase.On, isOn, depot.InstallAsync, ct);
        }

        if (record.Preparing.Length > 0)
        {
            var isReady =
                depot.ActiveHash(app) == record.Preparing
                || _ready.GetValueOrDefault(app) == record.Preparing;
            await SayAsync(
                app,
                record.Preparing,
                DeployPhase.Ready,
                isReady,
                depot.PrepareAsync,
                ct
            );
            _ready[app] = record.Preparing;
        }
    }

    /// <summary>Does what is asked for, unless it is done, and says what came of it.</summary>
    private async Task SayAsync(
        string app,
        string hash,
        DeployPhase phase,
        bool isDone,
        Func<AppPackage, CancellationToken, Task> work,
        CancellationToken ct
    )
    {
        var why = isDone ? "" : await TryAsync(app, hash, work, ct);
        if (why.Length > 0)
        {
            Log.DeploymentFailed(logger, app, hash, phase, why);
        }

        await catalog.AckAsync(CatalogKeys.AckOf(app, hash, phase, _self), why, ct);
    }

    private async Task<string> TryAsync(
        string app,
        string hash,
        Func<AppPackage, CancellationToken, Task> work,
        CancellationToken ct
    )
    {
        try
        {
            if (await catalog.FetchAsync(hash, ct) is not { } packed)
            {
                return "its package is kept no longer";
            }

            var package = depot.Unpack(packed, app);
            if (package.ContentHash != hash)
            {
                return $"its package has the hash {package.ContentHash}";
            }

            await work(package, ct);
            return "";
        }
        catch (Exception failure) when (failure is AppRejectedException or IOException)
        {
            return failure.Message;
        }
    }
}
