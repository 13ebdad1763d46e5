using Waverless.Cluster;
using Waverless.Cluster.Deployment;

namespace Waverless.Hosting;

/// <summary>
/// The versions of apps: in a cluster those that it keeps, on a node by itself the one in service.
/// </summary>
internal sealed class AppVersions(Node node)
{
    /// <summary>The versions of an app, the latest first; none: there is no such app.</summary>
    /// <exception cref="Kv.StorageException">The cluster cannot be asked now.</exception>
    public async Task<IReadOnlyList<KeptVersion>> ListAsync(string app, CancellationToken ct)
    {
        var record = node.Cluster?.Deployer is { } cluster
            ? await cluster.FindAsync(app, ct)
            : null;
        if (record is { Versions.Count: > 0 })
        {
            return
            [
                .. record.Versions.Select(version => new KeptVersion(
                    version.Hash,
                    version.Hash == record.Active,
                    DateTimeOffset.FromUnixTimeMilliseconds(version.DeployedMs)
                )),
            ];
        }

        return node.Catalog.Current.Apps.TryGetValue(app, out var deployed)
            ? [new KeptVersion(deployed.Version.Hash, IsActive: true, Deployed: null)]
            : [];
    }

    /// <summary>Puts a version of the list into service, on all nodes.</summary>
    /// <exception cref="DeployException">A node cannot run it; nothing has changed.</exception>
    /// <exception cref="Kv.StorageException">The cluster cannot be asked now.</exception>
    public Task SwitchAsync(string app, KeptVersion version, CancellationToken ct) =>
        version.IsActive || node.Cluster?.Deployer is not { } cluster
            ? Task.CompletedTask
            : cluster.RollBackAsync(app, version.Hash, ct);
}
