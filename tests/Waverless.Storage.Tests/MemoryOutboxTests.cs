using Waverless.Contracts.Storage;

namespace Waverless.Storage;

public sealed class MemoryOutboxTests : OutboxContract
{
    protected override StoragePlace CreatePlace() => new MemoryPlace();
}
