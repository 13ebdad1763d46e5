using Waverless.Contracts.Storage;

namespace Waverless.Storage;

public sealed class MemoryConcurrencyTests : ConcurrencyContract
{
    protected override StoragePlace CreatePlace() => new MemoryPlace();
}
