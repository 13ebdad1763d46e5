using Waverless.Contracts.Storage;

namespace Waverless.Storage;

public sealed class RocksDbQuotaTests : QuotaContract
{
    protected override StoragePlace CreatePlace() => new RocksDbPlace();
}
