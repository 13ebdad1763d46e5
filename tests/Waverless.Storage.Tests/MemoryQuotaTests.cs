using Waverless.Contracts.Storage;

namespace Waverless.Storage;

public sealed class MemoryQuotaTests : QuotaContract
{
    protected override StoragePlace CreatePlace() => new MemoryPlace();
}
