using Waverless.Apps;
using Waverless.Runtime;

namespace Waverless.Hosting.Packages;

/// <summary>
/// The folders that functions may read: one per app. What a package holds under <c>files/</c> is
/// written there when it is deployed; other files in it stay.
/// </summary>
internal sealed class AppFiles(string folder)
{
    private const string TemporaryEnd = ".waverless-new";

    public string FolderOf(string app) => Path.Combine(folder, app);

    /// <summary>A package and its folder, which exists; the files in it are not touched.</summary>
    /// <exception cref="IOException">The folder cannot be made.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder cannot be made.</exception>
    public AppVersion Provide(AppPackage package) =>
        package.Artifact == ArtifactKind.None
            ? new AppVersion(package, null)
            : new AppVersion(
                package,
                Directory.CreateDirectory(FolderOf(package.Manifest.Name)).FullName
            );

    /// <summary>
    /// Writes a package's files, each one whole or not at all, and none through a link.
    /// </summary>
    /// <exception cref="AppRejectedException">Something is in the way of a file.</exception>
    /// <exception cref="IOException">The disk is full or failed.</exception>
    public void Write(AppPackage package)
    {
        var files = package
            .Files.Where(file => file.Key.StartsWith(AppPackage.FilesFolder, Ordinal))
            .Select(file => (Path: file.Key[AppPackage.FilesFolder.Length..], Content: file.Value))
            .ToList();
        var root = FolderOf(package.Manifest.Name);
        var obstacles = files
            .Select(file => Obstacle(root, file.Path))
            .OfType<string>()
            .Distinct()
            .ToList();
        if (obstacles.Count > 0)
        {
            throw new AppRejectedException(
                package.Manifest.Name,
                AppRejectionCode.PackageInvalid,
                obstacles
            );
        }

        foreach (var (path, content) in files)
        {
            Write(Path.Combine(root, path), content.Span);
        }
    }

    private const StringComparison Ordinal = StringComparison.Ordinal;

    /// <summary>What keeps a file from being written; package paths have no dots.</summary>
    private static string? Obstacle(string root, string path)
    {
        for (var end = path.IndexOf('/', Ordinal); end >= 0; end = path.IndexOf('/', end + 1))
        {
            var ancestor = new FileInfo(Path.Combine(root, path[..end]));
            if (ancestor.LinkTarget is not null || ancestor.Exists)
            {
                return $"'{ancestor.FullName}' is in the way of its file '{path}'; expected a "
                    + "folder, not a file or a link.";
            }
        }

        var target = Path.Combine(root, path);
        return Directory.Exists(target) && new DirectoryInfo(target).LinkTarget is null
            ? $"The folder '{target}' is in the way of its file '{path}'."
            : null;
    }

    private static void Write(string file, ReadOnlySpan<byte> content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var temporary = file + TemporaryEnd;
        File.WriteAllBytes(temporary, content);
        // A move replaces a link; writing to it would follow it.
        File.Move(temporary, file, overwrite: true);
    }
}
