using Waverless.Contracts.Storage;

namespace Waverless.Storage;

public sealed class MemoryStoreBoundTests : StoreBoundContract
{
    protected override StoragePlace CreatePlace() => new MemoryPlace();
}
