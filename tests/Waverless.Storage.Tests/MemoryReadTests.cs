using Waverless.Contracts.Storage;

namespace Waverless.Storage;

public sealed class MemoryReadTests : ReadContract
{
    protected override StoragePlace CreatePlace() => new MemoryPlace();
}
