using Waverless.Contracts.Storage;

namespace Waverless.Storage;

public sealed class RocksDbOutboxTests : OutboxContract
{
    protected override StoragePlace CreatePlace() => new RocksDbPlace();
}
