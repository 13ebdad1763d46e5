using Waverless.Contracts.Storage;

namespace Waverless.Storage;

public sealed class DiskDurabilityEventTests : EventContract
{
    protected override StoragePlace CreatePlace() => new RocksDbPlace(StorageDurability.Disk);
}
