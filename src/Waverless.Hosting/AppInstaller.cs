using Waverless.Apps;
using Waverless.Cluster;
using Waverless.Cluster.Deployment;
using Waverless.Diagnostics;

namespace Waverless.Hosting;

/// <summary>
/// Deploys packages that arrive while the node runs, one at a time, and keeps them for its restart.
/// </summary>
internal sealed class AppInstaller(Node node, NodeFolders folders, AppStartup startup) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>
    /// Deploys a package, in a cluster to all its nodes; one that is rejected changes nothing.
    /// </summary>
    /// <exception cref="AppRejectedException">
    /// It cannot run here, or on another node; every reason is named.
    /// </exception>
    /// <exception cref="IOException">The disk is full or failed; nothing has changed.</exception>
    /// <exception cref="Kv.StorageException">The cluster cannot be asked now.</exception>
    public async Task InstallAsync(AppPackage package, CancellationToken ct)
    {
        if (node.Cluster?.Deployer is not { } cluster)
        {
            await InstallHereAsync(package, ct);
            return;
        }

        try
        {
            await cluster.DeployAsync(package, ct);
        }
        catch (DeployException refused)
        {
            throw new AppRejectedException(
                package.Manifest.Name,
                AppRejectionCode.ArtifactInvalid,
                [refused.Message],
                refused
            );
        }
    }

    /// <summary>
    /// Deploys a package to this node; validates and loads first: one that is rejected changes
    /// nothing.
    /// </summary>
    /// <exception cref="AppRejectedException">
    /// It cannot run here; every reason is named.
    /// </exception>
    /// <exception cref="IOException">The disk is full or failed; nothing has changed.</exception>
    public async Task<DeployedApp> InstallHereAsync(AppPackage package, CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            return folders.Packages is { } packages
                ? await InstallAsync(package, packages, ct)
                : await DeployAsync(package, ct);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Does something that must not see half an installation.</summary>
    public async Task<T> BetweenInstallsAsync<T>(Func<Task<T>> work, CancellationToken ct)
    {
        await _turn.WaitAsync(ct);
        try
        {
            return await work();
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    /// <summary>
    /// The package is on disk before it runs, and current after that: a crash at any point leaves
    /// a version that has run.
    /// </summary>
    private async Task<DeployedApp> InstallAsync(
        AppPackage package,
        Packages.PackageFolder packages,
        CancellationToken ct
    )
    {
        await packages.StoreAsync(package, ct);
        Failpoints.Pass(Failpoint.PackageStored);
        DeployedApp deployed;
        try
        {
            deployed = await DeployAsync(package, ct);
        }
        catch
        {
            packages.Discard(package);
            throw;
        }

        await packages.SwitchAsync(package, startup.OwnHashOf(package.Manifest.Name));
        Failpoints.Pass(Failpoint.CatalogSwitched);
        return deployed;
    }

    private Task<DeployedApp> DeployAsync(AppPackage package, CancellationToken ct) =>
        node.Deployer.DeployAsync(
            folders.Files.Provide(package),
            ct,
            () => folders.Files.Write(package)
        );
}
