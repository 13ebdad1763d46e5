using Waverless.Contracts.Storage;

namespace Waverless.Storage;

public sealed class RocksDbConcurrencyTests : ConcurrencyContract
{
    protected override StoragePlace CreatePlace() => new RocksDbPlace();
}
