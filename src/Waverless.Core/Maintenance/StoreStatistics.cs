namespace Waverless.Maintenance;

/// <summary>How large a store is.</summary>
/// <param name="TableBytes">Bytes of its table files; 0 in memory.</param>
/// <param name="LogBytes">Bytes of its write-ahead log; 0 in memory.</param>
/// <param name="MemoryBytes">Bytes of writes that are not in table files yet.</param>
/// <param name="FreeDiskBytes">Free bytes where the store is; null in memory.</param>
/// <param name="Partitions">Each partition, by app and number.</param>
public sealed record StoreStatistics(
    long TableBytes,
    long LogBytes,
    long MemoryBytes,
    long? FreeDiskBytes,
    IReadOnlyList<PartitionStatistics> Partitions
);
