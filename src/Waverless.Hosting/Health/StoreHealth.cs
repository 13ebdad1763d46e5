using Waverless.Storage;

namespace Waverless.Hosting.Health;

/// <summary>What the store says of itself.</summary>
internal sealed class StoreHealth(RocksDbStorageEngine? engine)
{
    /// <summary>Why the store takes no writes; null if it does.</summary>
    public string? Problem =>
        engine?.Health switch
        {
            StorageHealth.Full => "The disk is full: reads go on, writes are refused.",
            StorageHealth.Stopped => "The disk failed: the store has to be opened again.",
            _ => null,
        };
}
