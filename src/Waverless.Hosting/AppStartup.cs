using Microsoft.Extensions.Logging;
using Waverless.Apps;
using Waverless.Hosting.Packages;
using Waverless.Runtime.Managed;

namespace Waverless.Hosting;

/// <summary>
/// The apps that a node starts with: the host's own, and those that were uploaded. An upload wins
/// until the host's own version changes.
/// </summary>
internal sealed class AppStartup(
    AppSources sources,
    NodeFolders folders,
    string contentRoot,
    ILogger<AppStartup> logger
)
{
    private readonly Dictionary<string, AppPackage> _own = new(StringComparer.Ordinal);

    /// <summary>Version of an app in the host's own folders; null if it has none.</summary>
    public string? OwnHashOf(string app) =>
        _own.TryGetValue(app, out var package) ? package.ContentHash : null;

    /// <summary>
    /// Deploys them all. An upload that is rejected is logged, and the host's own version takes
    /// its place; the host's own must all run.
    /// </summary>
    /// <returns>How many are deployed.</returns>
    /// <exception cref="AppRejectedException">
    /// Some of the host's own cannot run; every reason is named.
    /// </exception>
    public async Task<int> DeployAsync(AppDeployer deployer, CancellationToken ct)
    {
        FindOwn();
        var uploaded = FindUploaded();
        var rejections = new List<AppRejectedException>();
        var count = 0;
        foreach (var app in _own.Keys.Union(uploaded.Keys).Order(StringComparer.Ordinal))
        {
            if (uploaded.TryGetValue(app, out var upload) && await RunsAsync(deployer, upload, ct))
            {
                count++;
            }
            else if (_own.TryGetValue(app, out var own))
            {
                count++;
                if (await TryDeployAsync(deployer, own, ct) is { } rejection)
                {
                    rejections.Add(rejection);
                }
            }
        }

        ThrowIfAny(rejections);
        return count;
    }

    private static void ThrowIfAny(List<AppRejectedException> rejections)
    {
        if (rejections.Count == 0)
        {
            return;
        }

        if (rejections is [var only])
        {
            throw only;
        }

        throw new AppRejectedException(
            null,
            rejections[0].Code,
            rejections.Select(rejection => rejection.Message),
            rejections[0]
        );
    }

    private async Task<bool> RunsAsync(
        AppDeployer deployer,
        AppPackage upload,
        CancellationToken ct
    )
    {
        if (await TryDeployAsync(deployer, upload, ct) is not { } rejection)
        {
            return true;
        }

        Log.UploadRejected(logger, rejection, upload.Manifest.Name, upload.ContentHash);
        return false;
    }

    private async Task<AppRejectedException?> TryDeployAsync(
        AppDeployer deployer,
        AppPackage package,
        CancellationToken ct
    )
    {
        try
        {
            var version = folders.Files.Provide(package);
            await deployer.DeployAsync(version, ct, () => folders.Files.Write(package));
            return null;
        }
        catch (AppRejectedException rejection)
        {
            return rejection;
        }
    }

    private void FindOwn()
    {
        var paths = sources.Paths.Select(path => Path.GetFullPath(path, contentRoot)).Distinct();
        var packages = ManagedApps
            .ToPackages(sources.Functions, sources.Shares)
            .Concat(paths.SelectMany(AppFinder.Find));
        foreach (var package in packages)
        {
            if (!_own.TryAdd(package.Manifest.Name, package))
            {
                throw new AppRejectedException(
                    package.Manifest.Name,
                    AppRejectionCode.ManifestInvalid,
                    ["The app was added twice; expected one folder, zip or set of delegates."]
                );
            }
        }
    }

    private Dictionary<string, AppPackage> FindUploaded()
    {
        var found = new Dictionary<string, AppPackage>(StringComparer.Ordinal);
        foreach (var (package, replacedHash) in folders.Packages?.Load() ?? [])
        {
            if (OwnHashOf(package.Manifest.Name) == replacedHash)
            {
                found.Add(package.Manifest.Name, package);
            }
            else
            {
                folders.Packages!.Supersede(package);
            }
        }

        return found;
    }
}
