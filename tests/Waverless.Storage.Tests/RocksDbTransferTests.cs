using Waverless.Contracts.Storage;

namespace Waverless.Storage;

public sealed class RocksDbTransferTests : TransferContract
{
    protected override StoragePlace CreatePlace() => new RocksDbPlace();
}
