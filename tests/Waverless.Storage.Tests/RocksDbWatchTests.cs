using Waverless.Contracts.Storage;

namespace Waverless.Storage;

public sealed class RocksDbWatchTests : WatchContract
{
    protected override StoragePlace CreatePlace() => new RocksDbPlace();
}
