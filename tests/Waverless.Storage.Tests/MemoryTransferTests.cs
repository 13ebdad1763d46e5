using Waverless.Contracts.Storage;

namespace Waverless.Storage;

public sealed class MemoryTransferTests : TransferContract
{
    protected override StoragePlace CreatePlace() => new MemoryPlace();
}
