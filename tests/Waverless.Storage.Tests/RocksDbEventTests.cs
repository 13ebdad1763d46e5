using Waverless.Contracts.Storage;

namespace Waverless.Storage;

public sealed class RocksDbEventTests : EventContract
{
    protected override StoragePlace CreatePlace() => new RocksDbPlace();
}
