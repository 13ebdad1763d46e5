using Waverless.Kv;

namespace Waverless.Maintenance;

/// <summary>
/// What an operator asks of a store while it is in use: copies of it, whether it is sound, how
/// large it is. Injected by a host; implemented by storage engines. Thread-safe.
/// </summary>
public interface IStoreMaintenance
{
    /// <summary>
    /// Copies the whole store into a new folder, while it is read and written: all partitions at
    /// one moment, with their inboxes, outboxes and change logs. The folder can be moved to
    /// another machine. One backup runs at a time; a second one waits.
    /// </summary>
    /// <param name="folder">
    /// The folder to create; its parent must exist. It appears when the backup is complete.
    /// </param>
    /// <param name="ct">Gives the backup up and removes what was copied.</param>
    /// <exception cref="StorageException">
    /// <c>Unsupported</c>: the engine keeps nothing on disk
    /// (<see cref="StorageCapabilities.Backup"/>). <c>FolderUnusable</c>: the folder exists, or
    /// cannot be written. <c>Failed</c>: there is not enough room, or a disk failed.
    /// </exception>
    Task<BackupReport> BackupAsync(string folder, CancellationToken ct = default);

    /// <summary>
    /// Reads everything: checksums of the files, every record, and whether indexes agree with
    /// what they index. Reads and writes go on; takes as long as reading the whole store.
    /// </summary>
    /// <param name="ct">Gives up.</param>
    /// <returns>What was looked at, and what is wrong with it.</returns>
    /// <exception cref="StorageException">The store is closed.</exception>
    Task<IntegrityReport> VerifyAsync(CancellationToken ct = default);

    /// <summary>How large everything is. Takes milliseconds per partition.</summary>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="StorageException">The store is closed.</exception>
    Task<StoreStatistics> GetStatisticsAsync(CancellationToken ct = default);
}
