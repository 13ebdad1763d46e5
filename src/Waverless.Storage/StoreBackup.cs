using Waverless.Kv;
using Waverless.Maintenance;
using Waverless.Storage.Backups;

namespace Waverless.Storage;

/// <summary>
/// What is done with a backup while no engine has the store open. Making one:
/// <see cref="IStoreMaintenance.BackupAsync"/>.
/// </summary>
public static class StoreBackup
{
    /// <summary>Reads every file of a backup and compares it with the manifest.</summary>
    /// <param name="backup">The backup's folder.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="StorageException">
    /// <c>BackupInvalid</c> or <c>NewerFormat</c>: it cannot be restored; the message says why.
    /// </exception>
    public static async Task<BackupReport> VerifyAsync(
        string backup,
        CancellationToken ct = default
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(backup);
        var full = Full(backup);
        return await GuardAsync(
            full,
            async () => (await BackupCheck.RunAsync(full, ct)).Report(full)
        );
    }

    /// <summary>
    /// Puts what a backup holds in the place of a store. Every file is verified before the store
    /// is touched; then one rename decides, so that a crash at any moment leaves the old store or
    /// the new one. The restored store has a new incarnation: revisions, cursors, tokens and
    /// fences from before are refused with a typed error. Its triggers are paused until they are
    /// resumed.
    /// </summary>
    /// <param name="backup">The backup's folder; it is not changed.</param>
    /// <param name="folder">
    /// The data folder of the engine; created if missing, replaced if not. No engine may have it
    /// open. It and its parent must be on one file system, and it must not be a mount itself.
    /// </param>
    /// <param name="time">The clock that names the incarnation.</param>
    /// <param name="ct">Gives up, as long as the old store is untouched.</param>
    /// <exception cref="StorageException">
    /// <c>BackupInvalid</c>, <c>NewerFormat</c>: it cannot be restored. <c>FolderInUse</c>: an
    /// engine has the store open. <c>FolderUnusable</c>, <c>Failed</c>: a disk refused. In each
    /// case the message says why and the old store is untouched.
    /// </exception>
    public static async Task<BackupReport> RestoreAsync(
        string backup,
        string folder,
        TimeProvider time,
        CancellationToken ct = default
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(backup);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(time);
        var (from, to) = (Full(backup), Full(folder));
        var restore = new StoreRestore(from, to, time.GetUtcNow());
        return await GuardAsync(to, async () => (await restore.RunAsync(ct)).Report(from));
    }

    private static string Full(string path) =>
        Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));

    private static async Task<BackupReport> GuardAsync(string place, Func<Task<BackupReport>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StorageException(
                StorageError.FolderUnusable,
                $"storage: {place} cannot be used: {e.Message}",
                e
            );
        }
    }
}
