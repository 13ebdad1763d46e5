using Waverless.Apps;
using Waverless.Hosting.Packages;
using Waverless.Runtime;
using Waverless.Runtime.Managed;

namespace Waverless.Hosting;

/// <summary>
/// The apps that a node starts with: the host's own, and those that were uploaded. An upload wins
/// until the host's own folder changes.
/// </summary>
internal sealed class AppStartup(AppSources sources, NodeFolders folders, string contentRoot)
{
    private readonly Dictionary<string, AppPackage> _own = new(StringComparer.Ordinal);

    /// <summary>Version of an app in the host's own folders; null if it has none.</summary>
    public string? OwnHashOf(string app) =>
        _own.TryGetValue(app, out var package) ? package.ContentHash : null;

    public IReadOnlyList<AppVersion> Collect()
    {
        foreach (var package in ManagedApps.ToPackages(sources.Functions).Concat(FromPaths()))
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

        var current = new SortedDictionary<string, AppPackage>(_own, StringComparer.Ordinal);
        foreach (var (package, replacedHash) in folders.Packages?.Load() ?? [])
        {
            if (OwnHashOf(package.Manifest.Name) == replacedHash)
            {
                current[package.Manifest.Name] = package;
            }
        }

        return [.. current.Values.Select(folders.Files.Provide)];
    }

    private IEnumerable<AppPackage> FromPaths() =>
        sources.Paths.SelectMany(path => AppFinder.Find(Path.Combine(contentRoot, path)));
}
