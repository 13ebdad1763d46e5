using Waverless.Contracts.Storage;

namespace Waverless.Storage;

public sealed class MemoryModelTests : ModelContract
{
    protected override StoragePlace CreatePlace() => new MemoryPlace();
}
