using Waverless.Contracts.Storage;

namespace Waverless.Storage;

public sealed class RocksDbDeferredTests : DeferredContract
{
    protected override StoragePlace CreatePlace() => new RocksDbPlace();
}
