using Waverless.Contracts.Storage;

namespace Waverless.Storage;

public sealed class MemoryEventTests : EventContract
{
    protected override StoragePlace CreatePlace() => new MemoryPlace();
}
