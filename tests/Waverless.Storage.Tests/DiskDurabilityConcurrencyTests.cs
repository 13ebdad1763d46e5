using Waverless.Contracts.Storage;

namespace Waverless.Storage;

public sealed class DiskDurabilityConcurrencyTests : ConcurrencyContract
{
    protected override StoragePlace CreatePlace() => new RocksDbPlace(StorageDurability.Disk);
}
