using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Waverless.Storage;

/// <summary>Where and how a <see cref="RocksDbStorageEngine"/> keeps its data.</summary>
public sealed record RocksDbStorageOptions
{
    /// <summary>The data folder; created if missing. One engine at a time may hold it.</summary>
    public required string Folder { get; init; }

    /// <summary>What an acknowledged commit survives.</summary>
    /// <value>Default: the death of the process.</value>
    public StorageDurability Durability { get; init; } = StorageDurability.Process;

    /// <summary>Bounds.</summary>
    public StorageLimits Limits { get; init; } = new();

    /// <summary>Memory for blocks that were read.</summary>
    /// <value>Default: 64 MiB.</value>
    public long BlockCacheBytes { get; init; } = 64L * 1024 * 1024;

    /// <summary>
    /// Memory for writes before they go to a table file; up to three times this is used.
    /// </summary>
    /// <value>Default: 64 MiB.</value>
    public long WriteBufferBytes { get; init; } = 64L * 1024 * 1024;

    /// <summary>
    /// Most bytes of write-ahead log before the oldest writes are moved to table files.
    /// </summary>
    /// <value>Default: 256 MiB.</value>
    public long LogBytesMax { get; init; } = 256L * 1024 * 1024;

    /// <summary>
    /// Free bytes of the disk below which writes are refused as <c>StorageFull</c>, so that what
    /// was taken can still go to table files, and service returns with the first write that finds
    /// room. 0: writes are taken until the disk refuses one; service then returns up to 5 s after
    /// the room.
    /// </summary>
    /// <value>
    /// Default: null, twice <see cref="WriteBufferBytes"/>, at most an eighth of the disk.
    /// </value>
    public long? DiskReserveBytes { get; init; }

    /// <summary>Makes the meter <c>Waverless.Storage</c>; null measures nothing.</summary>
    public IMeterFactory? Meters { get; init; }

    /// <summary>Hears when the disk is full, failed, or has room again.</summary>
    /// <value>Default: nobody.</value>
    public ILogger Logger { get; init; } = NullLogger.Instance;
}
