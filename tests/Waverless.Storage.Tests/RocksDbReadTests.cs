using Waverless.Contracts.Storage;

namespace Waverless.Storage;

public sealed class RocksDbReadTests : ReadContract
{
    protected override StoragePlace CreatePlace() => new RocksDbPlace();
}
