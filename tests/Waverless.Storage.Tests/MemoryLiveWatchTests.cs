using Waverless.Contracts.Storage;

namespace Waverless.Storage;

public sealed class MemoryLiveWatchTests : LiveWatchContract
{
    protected override StoragePlace CreatePlace() => new MemoryPlace();
}
