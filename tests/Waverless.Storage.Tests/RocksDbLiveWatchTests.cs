using Waverless.Contracts.Storage;

namespace Waverless.Storage;

public sealed class RocksDbLiveWatchTests : LiveWatchContract
{
    protected override StoragePlace CreatePlace() => new RocksDbPlace();
}
