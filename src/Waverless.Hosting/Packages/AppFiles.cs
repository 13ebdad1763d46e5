using Waverless.Apps;
using Waverless.Runtime;

namespace Waverless.Hosting.Packages;

/// <summary>
/// The folders that functions may read: one per app. What a package holds under <c>files/</c> is
/// written there when it is deployed; other files in it stay.
/// </summary>
internal sealed class AppFiles(string folder)
{
    public string FolderOf(string app) => Path.Combine(folder, app);

    public AppVersion Provide(AppPackage package)
    {
        if (package.Artifact == ArtifactKind.None)
        {
            return new AppVersion(package, null);
        }

        var target = Directory.CreateDirectory(FolderOf(package.Manifest.Name)).FullName;
        foreach (var (path, content) in package.Files)
        {
            if (path.StartsWith(AppPackage.FilesFolder, StringComparison.Ordinal))
            {
                // Package paths were checked when it was read: relative, no dots, no links.
                var file = Path.Combine(target, path[AppPackage.FilesFolder.Length..]);
                Directory.CreateDirectory(Path.GetDirectoryName(file)!);
                File.WriteAllBytes(file, content.ToArray());
            }
        }

        return new AppVersion(package, target);
    }
}
