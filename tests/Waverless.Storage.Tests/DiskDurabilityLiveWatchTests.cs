using Waverless.Contracts.Storage;

namespace Waverless.Storage;

public sealed class DiskDurabilityLiveWatchTests : LiveWatchContract
{
    protected override StoragePlace CreatePlace() => new RocksDbPlace(StorageDurability.Disk);
}
