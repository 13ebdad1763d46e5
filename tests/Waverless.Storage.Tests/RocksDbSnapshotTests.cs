using Waverless.Contracts.Storage;

namespace Waverless.Storage;

public sealed class RocksDbSnapshotTests : SnapshotContract
{
    protected override StoragePlace CreatePlace() => new RocksDbPlace();
}
