using Waverless.Kv;
using Waverless.Maintenance;
using Waverless.Storage;

namespace Waverless.Hosting;

/// <summary>
/// Restores a node from a backup that <see cref="IStoreMaintenance.BackupAsync"/> made.
/// </summary>
public static class WaverlessBackup
{
    /// <summary>
    /// Puts the backup's store and uploaded packages in the place of a node's. A crash at any
    /// moment leaves all of the old or all of the new. The node then starts with its triggers
    /// paused (<see cref="ITriggerSwitch"/>), and refuses revisions, cursors and tokens from
    /// before.
    /// </summary>
    /// <param name="backup">The backup's folder; it is not changed.</param>
    /// <param name="dataFolder">
    /// The node's <see cref="WaverlessOptions.DataFolder"/>; created if missing. No node may run
    /// on it.
    /// </param>
    /// <param name="ct">Gives up, as long as the old store is untouched.</param>
    /// <exception cref="StorageException">
    /// The backup is damaged, the folder is in use, or a disk refused; see
    /// <see cref="StoreBackup.RestoreAsync"/>.
    /// </exception>
    public static Task<BackupReport> RestoreAsync(
        string backup,
        string dataFolder,
        CancellationToken ct = default
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(dataFolder);
        var store = NodeFolders.StoreOf(Path.GetFullPath(dataFolder));
        return StoreBackup.RestoreAsync(backup, store, TimeProvider.System, ct);
    }
}
