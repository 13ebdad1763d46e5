using System.Collections.Concurrent;
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
    private readonly Dictionary<(string App, DeployPhase Phase), ulong> _said = [];
    private readonly ConcurrentDictionary<string, ulong> _latest = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _active = new(StringComparer.Ordinal);
    private volatile bool _isCurrent;
    private TimeSpan _retryAfter = DeployLimits.RetryPause;
    private readonly TaskCompletionSource _caughtUp = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );

    /// <summary>What all nodes have said of versions.</summary>
    public AckBoard Acks { get; } = new();

    public CatalogStore Store => catalog;

    public IPackageDepot Depot => depot;

    /// <summary>
    /// Whether an app, or a version of it, that this node does not run may have been deployed:
    /// the catalog cannot be read now, or the node could not do what it says.
    /// </summary>
    public bool MayCome(string app) =>
        !_isCurrent || (_active.TryGetValue(app, out var hash) && hash != depot.ActiveHash(app));

    /// <summary>The deployment of an app that was begun last, as far as this node has heard.</summary>
    public ulong LatestOf(string app) => _latest.GetValueOrDefault(app);

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
                _isCurrent = false;
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
        // All that is there by now is found by the scans, and all that comes later by the watch.
        var position = await catalog.GreetAsync(self, ct);
        await foreach (var (key, text) in catalog.AcksAsync(ct))
        {
            Acks.Add(key, text);
        }

        var isBehind = false;
        foreach (var record in await catalog.AllAsync(ct))
        {
            isBehind |= !await ReconcileAsync(record, ct);
        }

        _isCurrent = true;
        _caughtUp.TrySetResult();
        if (!isBehind)
        {
            _retryAfter = DeployLimits.RetryPause;
            await WatchAsync(position, Timeout.InfiniteTimeSpan, ct);
        }
        else
        {
            // What failed here, as on a full disk, is tried again without anybody asking.
            _retryAfter = Min(_retryAfter * 2, DeployLimits.RetryPauseMax);
            await WatchAsync(position, _retryAfter, ct);
        }
    }

    private static TimeSpan Min(TimeSpan one, TimeSpan other) => one < other ? one : other;

    /// <summary>Follows changes, for so long, or until this node has fallen behind them.</summary>
    private async Task WatchAsync(Revision position, TimeSpan longest, CancellationToken ct)
    {
        using var ends = new CancellationTokenSource(longest, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, ends.Token);
        try
        {
            await foreach (var change in catalog.Store.WatchAsync(position, 0, either.Token))
            {
                if (!await ApplyAsync(change, ct))
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            // It is time to begin anew.
        }
    }

    /// <summary>Takes a change over; false: this node could not follow it.</summary>
    private async Task<bool> ApplyAsync(KvChange change, CancellationToken ct)
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
                return await ReconcileAsync(found.Record, ct);
            }
        }

        return true;
    }

    /// <summary>Brings one app to what the catalog says; false: its version is not on here.</summary>
    private async Task<bool> ReconcileAsync(AppRecord record, CancellationToken ct)
    {
        var app = record.App;
        _latest[app] = record.Deployment;
        var isOn = true;
        if (record.Active.Length > 0)
        {
            _active[app] = record.Active;
            isOn = await SayAsync(
                record,
                record.Active,
                record.ActiveDeployment,
                DeployPhase.On,
                depot.ActiveHash(app) == record.Active,
                depot.InstallAsync,
                ct
            );
        }

        if (record.Preparing.Length > 0)
        {
            var isReady = await SayAsync(
                record,
                record.Preparing,
                record.Deployment,
                DeployPhase.Ready,
                depot.ActiveHash(app) == record.Preparing
                    || _ready.GetValueOrDefault(app) == record.Preparing,
                depot.PrepareAsync,
                ct
            );
            if (isReady)
            {
                _ready[app] = record.Preparing;
            }
        }

        return isOn;
    }

    /// <summary>Does what is asked for, unless it is done, and says what came of it.</summary>
    private async Task<bool> SayAsync(
        AppRecord record,
        string hash,
        ulong deployment,
        DeployPhase phase,
        bool isDone,
        Func<AppPackage, CancellationToken, Task> work,
        CancellationToken ct
    )
    {
        var app = record.App;
        var why = isDone ? "" : await TryAsync(app, hash, work, ct);
        if (why.Length > 0)
        {
            Log.DeploymentFailed(logger, app, hash, phase, why);
        }
        else if (_said.GetValueOrDefault((app, phase)) == deployment)
        {
            return true;
        }

        var key = CatalogKeys.AckOf(app, deployment, phase, _self);
        await catalog.AckAsync(key, why, ct);
        if (why.Length == 0)
        {
            _said[(app, phase)] = deployment;
        }

        return why.Length == 0;
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
