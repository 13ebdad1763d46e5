using Waverless.Contracts.Storage;

namespace Waverless.Storage;

public sealed class MemoryDeferredTests : DeferredContract
{
    protected override StoragePlace CreatePlace() => new MemoryPlace();
}
