using Waverless.Contracts.Storage;

namespace Waverless.Storage;

public sealed class MemoryCommitTests : CommitContract
{
    protected override StoragePlace CreatePlace() => new MemoryPlace();
}
