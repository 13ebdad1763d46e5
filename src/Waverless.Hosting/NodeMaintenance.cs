using Waverless.Kv;
using Waverless.Maintenance;
using Waverless.Storage;

namespace Waverless.Hosting;

/// <summary>
/// Maintenance of a node's store; a backup also holds the packages that were uploaded.
/// </summary>
internal sealed class NodeMaintenance(
    IStorageEngine engine,
    NodeFolders folders,
    AppInstaller installer
) : IStoreMaintenance
{
    private const string Uploads = "packages";

    private IStoreMaintenance Store =>
        engine as IStoreMaintenance
        ?? throw new StorageException(
            StorageError.Unsupported,
            $"storage: {engine.GetType().Name} has no maintenance"
        );

    public Task<BackupReport> BackupAsync(string folder, CancellationToken ct = default) =>
        engine is RocksDbStorageEngine rocks && folders.Packages is not null
            ? installer.BetweenInstallsAsync(() => BackupAsync(rocks, folder, ct), ct)
            : Store.BackupAsync(folder, ct);

    public Task<IntegrityReport> VerifyAsync(CancellationToken ct = default) =>
        Store.VerifyAsync(ct);

    public Task<StoreStatistics> GetStatisticsAsync(CancellationToken ct = default) =>
        Store.GetStatisticsAsync(ct);

    private Task<BackupReport> BackupAsync(
        RocksDbStorageEngine rocks,
        string folder,
        CancellationToken ct
    )
    {
        // Also when there are none: a restore then removes those that were uploaded later.
        Directory.CreateDirectory(folders.Uploads);
        return rocks.BackupAsync(folder, [(Uploads, folders.Uploads)], ct);
    }
}
