using Waverless.Contracts.Storage;

namespace Waverless.Storage;

public sealed class MemoryWatchTests : WatchContract
{
    protected override StoragePlace CreatePlace() => new MemoryPlace();
}
