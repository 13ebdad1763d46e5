using Waverless.Contracts.Storage;

namespace Waverless.Storage;

public sealed class MemoryOnceTests : OnceContract
{
    protected override StoragePlace CreatePlace() => new MemoryPlace();
}
