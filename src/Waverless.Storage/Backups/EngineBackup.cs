using Waverless.Diagnostics;
using Waverless.Kv;
using Waverless.Maintenance;
using Waverless.Storage.Apply;
using Waverless.Storage.Engine;
using Waverless.Storage.Keyspaces;
using Waverless.Storage.Native;

namespace Waverless.Storage.Backups;

/// <summary>
/// Makes backups of an open store: a checkpoint by links, which takes a moment, then a copy of it
/// at leisure. One at a time.
/// </summary>
internal sealed class EngineBackup(RocksDatabase database, string folder, TimeProvider time)
    : IDisposable
{
    private readonly string _store = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>Makes a backup.</summary>
    /// <param name="backup">The folder to create.</param>
    /// <param name="beside">Folders that belong beside the store, by part.</param>
    /// <param name="ct">Gives up.</param>
    public async Task<BackupReport> RunAsync(
        string backup,
        IReadOnlyList<(string Part, string Source)> beside,
        CancellationToken ct
    )
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(backup));
        await TakeTurnAsync(ct);
        try
        {
            return (await Task.Run(() => CopyAsync(full, beside, ct), ct)).Report(full);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Unusable(full, e);
        }
        catch (RocksDbException e)
        {
            throw new StorageException(
                StorageError.Failed,
                $"storage: a backup to {full} failed: {e.Message}",
                e
            );
        }
        catch (ObjectDisposedException e)
        {
            throw RocksView.Closed(e);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private async Task TakeTurnAsync(CancellationToken ct)
    {
        try
        {
            await _turn.WaitAsync(ct);
        }
        catch (ObjectDisposedException e)
        {
            throw RocksView.Closed(e);
        }
    }

    private static StorageException Unusable(string backup, Exception e) =>
        new(
            StorageError.FolderUnusable,
            $"storage: the backup folder {backup} cannot be used: {e.Message}",
            e
        );

    private async Task<BackupManifest> CopyAsync(
        string backup,
        IReadOnlyList<(string Part, string Source)> beside,
        CancellationToken ct
    )
    {
        var checkpoint = BackupLayout.Checkpoint(_store);
        var writer = new BackupWriter(backup);
        writer.Begin();
        var isComplete = false;
        try
        {
            FolderCopy.Delete(checkpoint);
            database.Checkpoint(checkpoint);
            Failpoints.Pass(Failpoint.BackupCheckpointed);
            var created = time.GetUtcNow();
            DiskRoom.Check(Path.GetDirectoryName(backup)!, BytesOf(checkpoint));
            var (incarnation, partitions) = Read(checkpoint);
            await writer.AddAsync(BackupLayout.Store, checkpoint, IsData, ct);
            foreach (var (part, source) in beside)
            {
                await writer.AddAsync(part, source, static _ => true, ct);
            }

            var manifest = writer.Complete(files => new BackupManifest
            {
                Version = BackupLayout.Version,
                StoreFormat = StoreHeader.FormatVersion,
                Incarnation = incarnation,
                CreatedUtc = created,
                Parts = [BackupLayout.Store, .. beside.Select(b => b.Part)],
                Partitions = partitions,
                Files = files,
                FilesSha256 = BackupManifest.HashOf(files),
            });
            isComplete = true;
            return manifest;
        }
        finally
        {
            FolderCopy.Delete(checkpoint);
            if (!isComplete)
            {
                writer.GiveUp();
            }
        }
    }

    /// <summary>The lock and the logs for people are the running database's own.</summary>
    private static bool IsData(string file) =>
        file != "LOCK" && !file.StartsWith("LOG", StringComparison.Ordinal);

    private static long BytesOf(string checkpoint) =>
        Directory.EnumerateFiles(checkpoint).Sum(file => new FileInfo(file).Length);

    private static (uint Incarnation, List<BackupEntry> Partitions) Read(string checkpoint)
    {
        using var keyspace = new RocksKeyspace(RocksDatabase.OpenReadOnly(checkpoint), checkpoint);
        var partitions = PartitionDirectory
            .Names(keyspace)
            .Select(name => new BackupEntry(
                name.Id.App,
                name.Id.Number,
                PartitionState.Load(keyspace, new PartitionKeys(name.Number)).LastRevision
            ))
            .OrderBy(entry => entry.App, StringComparer.Ordinal)
            .ThenBy(entry => entry.Number);
        return (StoreHeader.Open(keyspace, checkpoint, upgrade: false), [.. partitions]);
    }
}
