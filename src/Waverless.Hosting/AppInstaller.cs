using Waverless.Apps;
using Waverless.Cluster;

namespace Waverless.Hosting;

/// <summary>
/// Deploys packages that arrive while the node runs, and keeps them for its restart.
/// </summary>
internal sealed class AppInstaller(Node node, NodeFolders folders, AppStartup startup)
{
    /// <summary>Validates and loads first; a package that is rejected changes nothing.</summary>
    /// <exception cref="AppRejectedException">
    /// It cannot run here; every reason is named.
    /// </exception>
    public async Task<DeployedApp> InstallAsync(AppPackage package, CancellationToken ct)
    {
        var deployed = await node.Deployer.DeployAsync(folders.Files.Provide(package), ct);
        var replaced = startup.OwnHashOf(package.Manifest.Name);
        if (folders.Packages is { } packages)
        {
            await packages.SaveAsync(package, replaced, ct);
        }

        return deployed;
    }
}
