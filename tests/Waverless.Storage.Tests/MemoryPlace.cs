using Waverless.Contracts.Storage;
using Waverless.Events;
using Waverless.Kv;

namespace Waverless.Storage;

/// <summary>A memory disk that goes with the test.</summary>
internal sealed class MemoryPlace : StoragePlace
{
    private readonly MemoryDisk _disk = new();

    public override async ValueTask<IStorageEngine> OpenAsync(
        ICommitListener listener,
        StorageContractLimits limits
    )
    {
        var engine = new MemoryStorageEngine(RocksDbPlace.ToLimits(limits), _disk);
        await engine.OpenAsync(listener, Time, CancellationToken.None);
        return engine;
    }

    public override ValueTask DisposeAsync() => default;
}
