using Waverless.Contracts.Storage;
using Waverless.Events;
using Waverless.Kv;

namespace Waverless.Storage;

/// <summary>A temporary folder that goes with the test.</summary>
internal sealed class RocksDbPlace(StorageDurability durability = StorageDurability.Process)
    : StoragePlace
{
    public string Folder { get; } = Directory.CreateTempSubdirectory("waverless-storage-").FullName;

    public RocksDbStorageOptions Options(StorageContractLimits? limits = null) =>
        new()
        {
            Folder = Path.Combine(Folder, "data"),
            Durability = durability,
            Limits = ToLimits(limits ?? new StorageContractLimits()),
        };

    public override async ValueTask<IStorageEngine> OpenAsync(
        ICommitListener listener,
        StorageContractLimits limits
    )
    {
        var engine = new RocksDbStorageEngine(Options(limits));
        await engine.OpenAsync(listener, Time, CancellationToken.None);
        return engine;
    }

    public override ValueTask DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        return default;
    }

    public static StorageLimits ToLimits(StorageContractLimits limits) =>
        new()
        {
            Kv = limits.Kv,
            ChangeLogCommitsMax = limits.ChangeLogCommitsMax,
            PendingCommitsMax = limits.PendingCommitsMax,
        };
}
