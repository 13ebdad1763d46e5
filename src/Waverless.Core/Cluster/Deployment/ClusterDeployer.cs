using Waverless.Apps;
using Waverless.Kv;
using Waverless.Messaging.Wire;

namespace Waverless.Cluster.Deployment;

/// <summary>
/// Deploys a version to all nodes: all get ready, then all switch, and then it says that it is
/// done. Nodes that are away do so when they come back.
/// </summary>
internal sealed class ClusterDeployer(
    ClusterCatalog catalog,
    Func<IReadOnlyCollection<NodeId>> members,
    TimeProvider time
)
{
    private CatalogStore Store => catalog.Store;

    /// <summary>Deploys a package.</summary>
    /// <exception cref="DeployException">A node cannot run it; nothing has changed.</exception>
    /// <exception cref="StorageException">The cluster's metadata cannot be reached.</exception>
    public async Task DeployAsync(AppPackage package, CancellationToken ct)
    {
        await SweepAsync(ct);
        var (app, hash) = (package.Manifest.Name, package.ContentHash);
        var packed = catalog.Depot.Pack(package);
        var upload = await Store.StoreAsync(hash, packed, time.GetUtcNow(), ct);
        try
        {
            await SwitchAsync(app, hash, ct);
        }
        finally
        {
            await SettleAsync(app, upload);
        }
    }

    /// <summary>The versions that are kept, the newest first, and which is in service.</summary>
    /// <exception cref="StorageException">The cluster's metadata cannot be reached.</exception>
    public async Task<AppRecord?> FindAsync(string app, CancellationToken ct) =>
        (await Store.FindAsync(app, ct))?.Record;

    /// <summary>Puts a version that is kept into service again.</summary>
    /// <exception cref="DeployException">
    /// It is not kept, or a node cannot run it; nothing has changed.
    /// </exception>
    /// <exception cref="StorageException">The cluster's metadata cannot be reached.</exception>
    public async Task RollBackAsync(string app, string hash, CancellationToken ct)
    {
        var record = await FindAsync(app, ct);
        if (record?.Versions.Any(version => version.Hash == hash) != true)
        {
            var kept = string.Join(", ", record?.Versions.Select(version => version.Hash) ?? []);
            throw new DeployException(
                $"The version '{hash}' of '{app}' is not kept; expected one of: {kept}."
            );
        }

        await SwitchAsync(app, hash, ct);
    }

    private async Task SwitchAsync(string app, string hash, CancellationToken ct)
    {
        var number = (await ChangeAsync(app, record => Begin(record, hash), ct)).Deployment;
        var unready = await WaitAsync(app, number, DeployPhase.Ready, ct);
        if (unready.Values.Any(why => why.Length > 0))
        {
            await ChangeAsync(app, record => Abandon(record, number), CancellationToken.None);
            throw new DeployException(Describe(app, hash, unready));
        }

        var dropped = new List<string>();
        var now = await ChangeAsync(app, record => Activate(record, hash, number, dropped), ct);
        if (now.ActiveDeployment != number)
        {
            throw new DeployException(
                $"'{app}' {hash} was not deployed: a later deployment has taken its place."
            );
        }

        await WaitAsync(app, number, DeployPhase.On, ct);
        foreach (var old in dropped)
        {
            await Store.DeleteAsync(old, ct);
        }
    }

    private async Task SettleAsync(string app, Upload upload)
    {
        try
        {
            var record = await FindAsync(app, CancellationToken.None);
            var isKept = record is not null && Keeps(record, upload.Hash);
            await Store.SettleAsync(upload, isKept, CancellationToken.None);
        }
        catch (StorageException)
        {
            // What came of the deployment is told; a later one sweeps.
        }
    }

    /// <summary>Removes what deployments have left whose node died.</summary>
    private async Task SweepAsync(CancellationToken ct)
    {
        var before = time.GetUtcNow() - DeployLimits.UploadLifetime;
        if (await Store.UnsettledAsync(before, ct) is not { Count: > 0 } forgotten)
        {
            return;
        }

        var records = await Store.AllAsync(ct);
        foreach (var upload in forgotten)
        {
            var isKept = records.Exists(record => Keeps(record, upload.Hash));
            await Store.SettleAsync(upload, isKept, ct);
        }
    }

    private static bool Keeps(AppRecord record, string hash) =>
        record.Preparing == hash || record.Versions.Any(version => version.Hash == hash);

    private Task<Dictionary<NodeId, string>> WaitAsync(
        string app,
        ulong number,
        DeployPhase phase,
        CancellationToken ct
    ) =>
        catalog.Acks.WaitAsync(
            members,
            node => CatalogKeys.AckOf(app, number, phase, node),
            () => catalog.LatestOf(app) > number,
            DeployLimits.PhaseTimeout,
            time,
            ct
        );

    /// <summary>Changes a record, however many change it at once.</summary>
    private async Task<AppRecord> ChangeAsync(
        string app,
        Action<AppRecord> change,
        CancellationToken ct
    )
    {
        while (true)
        {
            var found = await Store.FindAsync(app, ct);
            var record = found?.Record ?? new AppRecord { App = app };
            change(record);
            if (await Store.ReplaceAsync(record, found?.Number, ct))
            {
                return record;
            }
        }
    }

    /// <summary>Who deploys the same at the same time takes part in one deployment.</summary>
    private static void Begin(AppRecord record, string hash)
    {
        if (record.Preparing != hash)
        {
            record.Preparing = hash;
            record.Deployment++;
        }
    }

    private static void Abandon(AppRecord record, ulong number)
    {
        if (record.Deployment == number)
        {
            record.Preparing = "";
        }
    }

    private void Activate(AppRecord record, string hash, ulong number, List<string> dropped)
    {
        dropped.Clear();
        if (record.Deployment != number || record.ActiveDeployment == number)
        {
            return;
        }

        record.Active = hash;
        record.ActiveDeployment = number;
        record.Preparing = "";
        if (record.Versions.FirstOrDefault(version => version.Hash == hash) is { } known)
        {
            record.Versions.Remove(known);
        }

        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        record.Versions.Insert(0, new AppVersionRecord { Hash = hash, DeployedMs = now });
        while (record.Versions.Count > DeployLimits.VersionsMax)
        {
            dropped.Add(record.Versions[^1].Hash);
            record.Versions.RemoveAt(record.Versions.Count - 1);
        }
    }

    private static string Describe(string app, string hash, Dictionary<NodeId, string> unready) =>
        $"'{app}' {hash} was not deployed: "
        + string.Join(
            "; ",
            unready
                .Where(node => node.Value.Length > 0)
                .Select(node => $"node {node.Key}: {node.Value}")
        );
}
