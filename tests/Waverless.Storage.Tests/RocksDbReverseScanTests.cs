using Waverless.Contracts.Storage;

namespace Waverless.Storage;

public sealed class RocksDbReverseScanTests : ReverseScanContract
{
    protected override StoragePlace CreatePlace() => new RocksDbPlace();
}
