using Waverless.Contracts.Storage;

namespace Waverless.Storage;

public sealed class RocksDbModelTests : ModelContract
{
    protected override StoragePlace CreatePlace() => new RocksDbPlace();
}
