using Waverless.Contracts.Storage;

namespace Waverless.Storage;

public sealed class RocksDbDeadlineTests : DeadlineContract
{
    protected override StoragePlace CreatePlace() => new RocksDbPlace();
}
