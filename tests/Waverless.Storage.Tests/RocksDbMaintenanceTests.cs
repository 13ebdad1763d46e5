using Waverless.Contracts.Storage;

namespace Waverless.Storage;

public sealed class RocksDbMaintenanceTests : MaintenanceContract
{
    protected override StoragePlace CreatePlace() => new RocksDbPlace();
}
