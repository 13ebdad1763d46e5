using Waverless.Contracts.Storage;

namespace Waverless.Storage;

public sealed class RocksDbCommitTests : CommitContract
{
    protected override StoragePlace CreatePlace() => new RocksDbPlace();
}
