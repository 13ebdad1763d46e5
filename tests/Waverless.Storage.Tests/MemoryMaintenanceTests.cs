using Waverless.Contracts.Storage;
using Waverless.Kv;

namespace Waverless.Storage;

public sealed class MemoryMaintenanceTests : MaintenanceContract
{
    protected override StoragePlace CreatePlace() => new MemoryPlace();

    [Fact]
    public async Task The_memory_engine_has_no_backups_and_says_so()
    {
        Assert.False(Engine.Capabilities.HasFlag(StorageCapabilities.Backup));
        var error = await Assert.ThrowsAsync<StorageException>(() =>
            Maintenance.BackupAsync("anywhere", Ct)
        );
        Assert.Equal(StorageError.Unsupported, error.Error);
    }
}
