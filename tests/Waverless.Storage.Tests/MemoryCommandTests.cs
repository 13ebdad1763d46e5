using Waverless.Contracts.Storage;

namespace Waverless.Storage;

public sealed class MemoryCommandTests : CommandContract
{
    protected override StoragePlace CreatePlace() => new MemoryPlace();
}
