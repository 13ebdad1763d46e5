using Waverless.Contracts.Storage;

namespace Waverless.Storage;

public sealed class RocksDbOverloadTests : OverloadContract
{
    protected override StoragePlace CreatePlace() => new RocksDbPlace();
}
