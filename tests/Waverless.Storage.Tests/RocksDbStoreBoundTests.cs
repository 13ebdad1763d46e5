using Waverless.Contracts.Storage;

namespace Waverless.Storage;

public sealed class RocksDbStoreBoundTests : StoreBoundContract
{
    protected override StoragePlace CreatePlace() => new RocksDbPlace();
}
