namespace Waverless.Storage.Keyspaces;

/// <summary>How large a key space is.</summary>
/// <param name="TableBytes">Bytes of table files.</param>
/// <param name="LogBytes">Bytes of the write-ahead log.</param>
/// <param name="MemoryBytes">Bytes of writes that are not in table files yet.</param>
/// <param name="AreWritesStopped">Whether writes wait for compaction or room.</param>
internal readonly record struct KeyspaceSizes(
    long TableBytes,
    long LogBytes,
    long MemoryBytes,
    bool AreWritesStopped
);
