using Waverless.Diagnostics;
using Waverless.Kv;
using Waverless.Storage.Engine;

namespace Waverless.Storage.Backups;

/// <summary>
/// Replaces a data folder by what a backup holds. Until it is decided, the old store is untouched;
/// afterwards the new one opens.
/// </summary>
internal sealed class StoreRestore(string backup, string store, DateTimeOffset now)
{
    /// <summary>Called after each step; for tests.</summary>
    public Action<RestoreStep>? Reached { get; init; }

    /// <summary>Restores; returns what the backup holds.</summary>
    public async Task<BackupManifest> RunAsync(CancellationToken ct)
    {
        var manifest = BackupReader.Read(backup);
        Directory.CreateDirectory(Path.GetDirectoryName(store)!);
        DiskRoom.Check(Path.GetDirectoryName(store)!, manifest.Files.Sum(file => file.Bytes));
        RestoreSwap.Finish(store);
        var replaced = RocksFolder.IncarnationOf(store);
        var restoring = BackupLayout.Restoring(store);
        FolderCopy.Delete(restoring);
        try
        {
            await CopyAsync(manifest, restoring, ct);
            Reached?.Invoke(RestoreStep.Copied);
            Failpoints.Pass(Failpoint.RestoreCopied);
            RestoreStamp.Write(Path.Combine(restoring, BackupLayout.Store), replaced, now);
            FlushAll(restoring);
            Reached?.Invoke(RestoreStep.Stamped);
            Failpoints.Pass(Failpoint.RestoreStamped);

            // Copying takes a while: somebody may have opened the old store meanwhile.
            RocksFolder.IncarnationOf(store);
        }
        catch (Exception e) when (e is StorageException or OperationCanceledException)
        {
            FolderCopy.Delete(restoring);
            throw;
        }

        RestoreSwap.Decide(store);
        Reached?.Invoke(RestoreStep.Decided);
        Failpoints.Pass(Failpoint.RestoreDecided);
        RestoreSwap.Finish(store, Reached);
        return manifest;
    }

    private async Task CopyAsync(BackupManifest manifest, string to, CancellationToken ct)
    {
        foreach (var part in manifest.Parts)
        {
            Directory.CreateDirectory(Path.Combine(to, part));
        }

        foreach (var file in manifest.Files)
        {
            var source = Path.Combine(backup, file.Path);
            var target = Path.Combine(to, file.Path);
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            var (bytes, sha256) = File.Exists(source)
                ? await FolderCopy.CopyAsync(source, target, ct)
                : throw BackupReader.Invalid(backup, $"the file {file.Path} is missing");
            BackupCheck.Compare(backup, file, bytes, sha256);
            Reached?.Invoke(RestoreStep.Copying);
        }
    }

    /// <summary>The stamp has written files through RocksDB, which forces only its log.</summary>
    private static void FlushAll(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite);
            stream.Flush(flushToDisk: true);
        }

        FolderCopy.FlushNames(folder);
    }
}
