using Waverless.Contracts.Storage;

namespace Waverless.Storage;

public sealed class MemoryReverseScanTests : ReverseScanContract
{
    protected override StoragePlace CreatePlace() => new MemoryPlace();
}
