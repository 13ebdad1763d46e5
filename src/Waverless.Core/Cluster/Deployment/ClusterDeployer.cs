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
        await Store.StoreAsync(package.ContentHash, catalog.Depot.Pack(package), ct);
        await SwitchAsync(package.Manifest.Name, package.ContentHash, ct);
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
        await ChangeAsync(app, record => record.Preparing = hash, ct);
        var unready = await WaitAsync(app, hash, DeployPhase.Ready, ct);
        if (unready.Values.Any(why => why.Length > 0))
        {
            var isKept = false;
            await ChangeAsync(
                app,
                record =>
                {
                    Abandon(record, hash);
                    isKept = record.Versions.Any(version => version.Hash == hash);
                },
                CancellationToken.None
            );
            if (!isKept)
            {
                await Store.DeleteAsync(hash, CancellationToken.None);
            }

            throw new DeployException(Describe(app, hash, unready));
        }

        var dropped = new List<string>();
        await ChangeAsync(app, record => Activate(record, hash, dropped), ct);
        await WaitAsync(app, hash, DeployPhase.On, ct);
        foreach (var old in dropped)
        {
            await Store.DeleteAsync(old, ct);
        }
    }

    private Task<Dictionary<NodeId, string>> WaitAsync(
        string app,
        string hash,
        DeployPhase phase,
        CancellationToken ct
    ) =>
        catalog.Acks.WaitAsync(
            members,
            node => CatalogKeys.AckOf(app, hash, phase, node),
            DeployLimits.PhaseTimeout,
            time,
            ct
        );

    /// <summary>Changes a record, however many change it at once.</summary>
    private async Task ChangeAsync(string app, Action<AppRecord> change, CancellationToken ct)
    {
        while (true)
        {
            var found = await Store.FindAsync(app, ct);
            var record = found?.Record ?? new AppRecord { App = app };
            change(record);
            if (await Store.ReplaceAsync(record, found?.Number, ct))
            {
                return;
            }
        }
    }

    private static void Abandon(AppRecord record, string hash)
    {
        if (record.Preparing == hash)
        {
            record.Preparing = "";
        }
    }

    private void Activate(AppRecord record, string hash, List<string> dropped)
    {
        dropped.Clear();
        record.Active = hash;
        Abandon(record, hash);
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
