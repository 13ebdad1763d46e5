using Waverless.Contracts.Storage;

namespace Waverless.Storage;

public sealed class RocksDbCommandTests : CommandContract
{
    protected override StoragePlace CreatePlace() => new RocksDbPlace();
}
