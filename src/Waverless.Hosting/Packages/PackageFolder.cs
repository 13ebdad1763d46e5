using Microsoft.Extensions.Logging;
using Waverless.Apps;

namespace Waverless.Hosting.Packages;

/// <summary>
/// The packages that were uploaded to this node, so that they are there after a restart: a zip per
/// version, and a file that says which version of each app is current. Written so that a crash
/// leaves either the old state or the new one. Used by one thread at a time.
/// </summary>
internal sealed class PackageFolder(string folder, ILogger logger)
{
    private const string CurrentFile = "current.json";
    private const string SupersededFile = "superseded.json";
    private const string TemporaryEnd = ".new";

    /// <summary>Writes a version down, without making it current.</summary>
    /// <exception cref="IOException">The disk is full or failed.</exception>
    public async Task StoreAsync(AppPackage package, CancellationToken ct)
    {
        Directory.CreateDirectory(FolderOf(package.Manifest.Name));
        await WriteAsync(ZipOf(package), PackageZip.Pack(package), ct);
    }

    /// <summary>Makes a stored version the app's current one, and deletes the others.</summary>
    /// <param name="package">The version.</param>
    /// <param name="replacedHash">
    /// Version of the host's own folder that it replaces; null if none.
    /// </param>
    /// <exception cref="IOException">The disk is full or failed.</exception>
    public async Task SwitchAsync(AppPackage package, string? replacedHash)
    {
        var app = package.Manifest.Name;
        var current = new CurrentVersion(package.ContentHash, replacedHash);
        await WriteAsync(CurrentOf(app), current.ToJson(), CancellationToken.None);
        foreach (var file in Directory.EnumerateFiles(FolderOf(app)).ToList())
        {
            if (file != ZipOf(package) && file != CurrentOf(app))
            {
                Delete(file);
            }
        }
    }

    /// <summary>Removes a version that was stored and then rejected.</summary>
    public void Discard(AppPackage package)
    {
        var current = TryRead(CurrentOf(package.Manifest.Name));
        if (current is null || CurrentVersion.TryParse(current)?.Hash != package.ContentHash)
        {
            Delete(ZipOf(package));
        }
    }

    /// <summary>
    /// The uploaded apps. What is damaged is logged and left out, and its files are kept.
    /// </summary>
    public IReadOnlyList<StoredPackage> Load()
    {
        if (!Directory.Exists(folder))
        {
            return [];
        }

        return
        [
            .. Directory
                .EnumerateDirectories(folder)
                .Order(StringComparer.Ordinal)
                .Select(directory => TryLoad(Path.GetFileName(directory)))
                .OfType<StoredPackage>(),
        ];
    }

    /// <summary>The host's own folder has a newer version: the uploaded one is not used again.</summary>
    public void Supersede(AppPackage package)
    {
        var app = package.Manifest.Name;
        Log.UploadSuperseded(logger, app, package.ContentHash);
        try
        {
            File.Move(CurrentOf(app), Path.Combine(FolderOf(app), SupersededFile), overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.PackageFileFailed(logger, e, CurrentOf(app));
        }
    }

    private string FolderOf(string app) => Path.Combine(folder, app);

    private string CurrentOf(string app) => Path.Combine(FolderOf(app), CurrentFile);

    private string ZipOf(AppPackage package) => ZipOf(package.Manifest.Name, package.ContentHash);

    private string ZipOf(string app, string hash) => Path.Combine(FolderOf(app), hash + ".zip");

    private StoredPackage? TryLoad(string app)
    {
        var file = CurrentOf(app);
        if (!File.Exists(file) || TryRead(file) is not { } json)
        {
            return null;
        }

        if (CurrentVersion.TryParse(json) is not { } current)
        {
            Log.PackageDamaged(logger, null, app, file, "it does not name a version");
            return null;
        }

        var zip = ZipOf(app, current.Hash!);
        if (TryRead(zip) is not { } bytes)
        {
            return null;
        }

        try
        {
            var package = PackageZip.Unpack(bytes, app);
            if (package.ContentHash == current.Hash)
            {
                return new StoredPackage(package, current.ReplacedHash);
            }

            Log.PackageDamaged(logger, null, app, zip, "its content is not what was stored");
        }
        catch (AppRejectedException e)
        {
            Log.PackageDamaged(logger, e, app, zip, "it is not a package");
        }

        return null;
    }

    private byte[]? TryRead(string file)
    {
        try
        {
            return File.ReadAllBytes(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Log.PackageFileFailed(logger, e, file);
            return null;
        }
    }

    private void Delete(string file)
    {
        try
        {
            File.Delete(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is only in the way of nothing; the next switch tries again.
            Log.PackageFileFailed(logger, e, file);
        }
    }

    private static async Task WriteAsync(string path, byte[] content, CancellationToken ct)
    {
        var temporary = path + TemporaryEnd;
        await using (var file = File.Create(temporary))
        {
            await file.WriteAsync(content, ct);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }
}
