using Waverless.Contracts.Storage;

namespace Waverless.Storage;

public sealed class MemorySnapshotTests : SnapshotContract
{
    protected override StoragePlace CreatePlace() => new MemoryPlace();
}
