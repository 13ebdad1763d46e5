using Waverless.Apps.Packaging;

namespace Waverless.Apps;

/// <summary>
/// Reads packages: <c>app.yaml</c> or <c>app.yml</c>, at most one artifact, and any other files,
/// such as those under <c>files/</c>. All content is held in memory, within limits.
/// </summary>
public static class AppPackageReader
{
    /// <summary>Reads a zip.</summary>
    /// <param name="zip">The zip; stored files are not copied out of it.</param>
    /// <param name="appName">The app that it is to be.</param>
    /// <param name="limits">How large it may be; null: the defaults.</param>
    /// <exception cref="PackageException">It is not a package.</exception>
    /// <exception cref="ManifestException">Its manifest has defects.</exception>
    public static AppPackage FromZip(
        ReadOnlyMemory<byte> zip,
        string appName,
        PackageLimits? limits = null
    )
    {
        RefuseName(appName);
        var content = new PackageContent(appName, limits ?? PackageLimits.Default);
        ZipReader.Read(zip, content);
        return content.ToPackage();
    }

    /// <summary>Reads a zip from a stream, to its end.</summary>
    /// <param name="zip">The zip; no more than the limit is read.</param>
    /// <param name="appName">The app that it is to be.</param>
    /// <param name="limits">How large it may be; null: the defaults.</param>
    /// <param name="ct">Cancels the reading.</param>
    /// <exception cref="PackageException">It is not a package.</exception>
    /// <exception cref="ManifestException">Its manifest has defects.</exception>
    public static async ValueTask<AppPackage> FromZipAsync(
        Stream zip,
        string appName,
        PackageLimits? limits = null,
        CancellationToken ct = default
    )
    {
        ArgumentNullException.ThrowIfNull(zip);
        RefuseName(appName);
        limits ??= PackageLimits.Default;
        using var buffer = new MemoryStream();
        var chunk = new byte[64 << 10];
        int read;
        while ((read = await zip.ReadAsync(chunk, ct)) > 0)
        {
            if (buffer.Length + read > limits.ArchiveBytesMax)
            {
                throw new PackageException(
                    appName,
                    PackageProblem.TooLarge,
                    null,
                    $"The zip is larger than {limits.ArchiveBytesMax} bytes."
                );
            }

            buffer.Write(chunk, 0, read);
        }

        return FromZip(buffer.GetBuffer().AsMemory(0, (int)buffer.Length), appName, limits);
    }

    /// <summary>Reads a folder. Names that begin with a dot are left out.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="appName">The app that it is to be; null: the folder's name.</param>
    /// <param name="limits">How large it may be; null: the defaults.</param>
    /// <exception cref="PackageException">It is not a package.</exception>
    /// <exception cref="ManifestException">Its manifest has defects.</exception>
    public static AppPackage FromFolder(
        string folder,
        string? appName = null,
        PackageLimits? limits = null
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        appName ??= Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)));
        RefuseName(appName);
        var content = new PackageContent(appName, limits ?? PackageLimits.Default);
        FolderReader.Read(folder, content);
        return content.ToPackage();
    }

    private static void RefuseName(string appName)
    {
        if (NameRules.RefuseApp(appName) is { } why)
        {
            throw new PackageException(
                appName,
                PackageProblem.WrongApp,
                null,
                $"The name {why}; expected {NameRules.Expected}."
            );
        }
    }
}
