using System.Text.Json;
using Waverless.Diagnostics;
using Waverless.Storage.Native;

namespace Waverless.Storage.Backups;

/// <summary>
/// Writes a backup: files with their hashes, then the manifest, all forced to the disk, and at
/// last the folder under its own name.
/// </summary>
internal sealed class BackupWriter(string folder)
{
    private readonly string _partial = BackupLayout.Partial(folder);
    private readonly List<BackupFile> _files = [];

    /// <summary>Starts with an empty folder; what an interrupted backup left goes.</summary>
    /// <exception cref="IOException">The folder exists or cannot be created.</exception>
    public void Begin()
    {
        if (File.Exists(folder) || Directory.Exists(folder))
        {
            throw new IOException("it exists; expected a folder that does not");
        }

        FolderCopy.Delete(_partial);
        Directory.CreateDirectory(_partial);
    }

    /// <summary>Copies a folder into a part of the backup.</summary>
    public async Task AddAsync(
        string part,
        string source,
        Func<string, bool> isWanted,
        CancellationToken ct
    )
    {
        var found = Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories);
        foreach (var file in found.Order(StringComparer.Ordinal))
        {
            var relative = Path.GetRelativePath(source, file).Replace('\\', '/');
            if (!isWanted(relative))
            {
                continue;
            }

            var path = $"{part}/{relative}";
            var to = Path.Combine(_partial, path);
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            var (bytes, sha256) = await FolderCopy.CopyAsync(file, to, ct);
            _files.Add(new BackupFile(path, bytes, sha256));
        }
    }

    /// <summary>Writes the manifest and gives the folder its name.</summary>
    public BackupManifest Complete(Func<IReadOnlyList<BackupFile>, BackupManifest> describe)
    {
        var manifest = describe(_files);
        var path = Path.Combine(_partial, BackupLayout.ManifestFile);
        using (var file = File.Create(path))
        {
            JsonSerializer.Serialize(file, manifest, BackupJson.Default.BackupManifest);
            file.Flush(flushToDisk: true);
        }

        FolderCopy.FlushNames(_partial);
        Failpoints.Pass(Failpoint.BackupCopied);
        Directory.Move(_partial, folder);
        FolderSync.Flush(Path.GetDirectoryName(folder)!);
        return manifest;
    }

    /// <summary>Removes what was written.</summary>
    public void GiveUp() => FolderCopy.Delete(_partial);
}
