using Waverless.Apps;

namespace Waverless.Hosting.Packages;

/// <summary>Finds the apps under the paths that a host names.</summary>
internal static class AppFinder
{
    /// <summary>
    /// The packages of a path: an app's folder, a zip, or a folder that holds such.
    /// </summary>
    /// <exception cref="AppRejectedException">There is nothing, or it is not an app.</exception>
    public static IEnumerable<AppPackage> Find(string path)
    {
        if (File.Exists(path))
        {
            return [FromZip(path)];
        }

        if (!Directory.Exists(path))
        {
            throw Missing($"'{path}' does not exist; expected a folder of apps, an app or a zip.");
        }

        if (IsApp(path))
        {
            return [AppPackageReader.FromFolder(path)];
        }

        var found = Directory
            .EnumerateDirectories(path)
            .Where(IsApp)
            .Order(StringComparer.Ordinal)
            .Select(folder => AppPackageReader.FromFolder(folder))
            .Concat(
                Directory
                    .EnumerateFiles(path, "*.zip")
                    .Order(StringComparer.Ordinal)
                    .Select(FromZip)
            )
            .ToArray();
        return found.Length > 0
            ? found
            : throw Missing(
                $"'{path}' holds no app; expected folders with an 'app.yaml', or zips."
            );
    }

    private static bool IsApp(string folder) =>
        File.Exists(Path.Combine(folder, "app.yaml"))
        || File.Exists(Path.Combine(folder, "app.yml"));

    private static AppPackage FromZip(string file) =>
        AppPackageReader.FromZip(File.ReadAllBytes(file), Path.GetFileNameWithoutExtension(file));

    private static AppRejectedException Missing(string reason) =>
        new(null, AppRejectionCode.PackageInvalid, [reason]);
}
