using Waverless.Contracts.Storage;

namespace Waverless.Storage;

public sealed class RocksDbOnceTests : OnceContract
{
    protected override StoragePlace CreatePlace() => new RocksDbPlace();
}
