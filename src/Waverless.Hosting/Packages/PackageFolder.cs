using System.IO.Compression;
using System.Text.Json;
using System.Text.Json.Serialization;
using Waverless.Apps;

namespace Waverless.Hosting.Packages;

/// <summary>
/// The packages that were uploaded to this node, so that they are there after a restart: a zip per
/// version, and a file that says which version of each app is current. Written so that a crash
/// leaves either the old state or the new one.
/// </summary>
internal sealed class PackageFolder(string folder)
{
    private const string CurrentFile = "current.json";

    /// <summary>Keeps a version and makes it the app's current one.</summary>
    /// <param name="package">The version.</param>
    /// <param name="ct">Cancels the writing.</param>
    /// <param name="replacedHash">
    /// Version of the host's own folder that it replaces; null if none.
    /// </param>
    public async Task SaveAsync(AppPackage package, string? replacedHash, CancellationToken ct)
    {
        var app = package.Manifest.Name;
        var directory = Directory.CreateDirectory(Path.Combine(folder, app)).FullName;
        var zip = Path.Combine(directory, package.ContentHash + ".zip");
        await WriteAsync(zip, Pack(package), ct);
        var current = new CurrentVersion(package.ContentHash, replacedHash);
        var json = JsonSerializer.SerializeToUtf8Bytes(current, CurrentJson.Default.CurrentVersion);
        await WriteAsync(Path.Combine(directory, CurrentFile), json, ct);
        foreach (var other in Directory.EnumerateFiles(directory, "*.zip"))
        {
            if (other != zip)
            {
                File.Delete(other);
            }
        }
    }

    /// <summary>The uploaded apps and what they replaced.</summary>
    public IEnumerable<(AppPackage Package, string? ReplacedHash)> Load()
    {
        if (!Directory.Exists(folder))
        {
            yield break;
        }

        foreach (var directory in Directory.EnumerateDirectories(folder).Order())
        {
            var file = Path.Combine(directory, CurrentFile);
            if (!File.Exists(file))
            {
                continue;
            }

            var current = JsonSerializer.Deserialize(
                File.ReadAllBytes(file),
                CurrentJson.Default.CurrentVersion
            );
            var zip = Path.Combine(directory, current!.Hash + ".zip");
            var package = AppPackageReader.FromZip(
                File.ReadAllBytes(zip),
                Path.GetFileName(directory)
            );
            yield return (package, current.ReplacedHash);
        }
    }

    private static byte[] Pack(AppPackage package)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create))
        {
            foreach (
                var (path, content) in package.Files.OrderBy(f => f.Key, StringComparer.Ordinal)
            )
            {
                using var entry = zip.CreateEntry(path, CompressionLevel.NoCompression).Open();
                entry.Write(content.Span);
            }
        }

        return bytes.ToArray();
    }

    private static async Task WriteAsync(string path, byte[] content, CancellationToken ct)
    {
        var temporary = path + ".new";
        await using (var file = File.Create(temporary))
        {
            await file.WriteAsync(content, ct);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }
}

/// <summary>Which version of an app is current.</summary>
internal sealed record CurrentVersion(string Hash, string? ReplacedHash);

[JsonSerializable(typeof(CurrentVersion))]
internal sealed partial class CurrentJson : JsonSerializerContext;
