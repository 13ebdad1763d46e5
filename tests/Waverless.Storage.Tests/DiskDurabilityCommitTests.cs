using Waverless.Contracts.Storage;

namespace Waverless.Storage;

public sealed class DiskDurabilityCommitTests : CommitContract
{
    protected override StoragePlace CreatePlace() => new RocksDbPlace(StorageDurability.Disk);
}
