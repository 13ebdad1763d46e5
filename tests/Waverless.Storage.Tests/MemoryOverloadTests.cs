using Waverless.Contracts.Storage;

namespace Waverless.Storage;

public sealed class MemoryOverloadTests : OverloadContract
{
    protected override StoragePlace CreatePlace() => new MemoryPlace();
}
