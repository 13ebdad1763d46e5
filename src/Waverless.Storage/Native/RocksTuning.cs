namespace Waverless.Storage.Native;

/// <summary>Sizes of the native database; see <see cref="RocksDbStorageOptions"/>.</summary>
internal sealed record RocksTuning(long BlockCacheBytes, long WriteBufferBytes, long LogBytesMax)
{
    private const long Mebibyte = 1024 * 1024;

    /// <summary>Above this the C library gives what is freed back to the system at once.</summary>
    private const long KeptByAllocatorMax = 32 * Mebibyte;

    /// <summary>
    /// Bytes in which a write buffer takes its memory; 0: as RocksDB does, in pieces of 1 MiB. The
    /// threads that write take such pieces from the allocator's arena of their own, where freed
    /// ones stay: the process grew until each arena had held a whole write buffer. A buffer of two
    /// blocks that are too large to be kept is given back when it has been flushed; untouched
    /// pages cost nothing. With five eighths the second block is nearly full at the flush.
    /// </summary>
    public long ArenaBlockBytes =>
        WriteBufferBytes * 5 / 8 is > KeptByAllocatorMax and var bytes ? bytes : 0;

    /// <summary>For a database that is looked at once.</summary>
    public static RocksTuning Small { get; } = new(Mebibyte, Mebibyte, Mebibyte);
}
