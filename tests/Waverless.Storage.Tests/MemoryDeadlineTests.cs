using Waverless.Contracts.Storage;

namespace Waverless.Storage;

public sealed class MemoryDeadlineTests : DeadlineContract
{
    protected override StoragePlace CreatePlace() => new MemoryPlace();
}
