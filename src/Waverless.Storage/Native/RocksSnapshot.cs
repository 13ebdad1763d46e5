namespace Waverless.Storage.Native;

/// <summary>
/// A state of a database, and how to read it. Holds a reference to the database, which therefore
/// closes only after it. Reads are thread-safe; nothing may read while or after it is disposed.
/// </summary>
internal sealed class RocksSnapshot : IDisposable
{
    private readonly RocksDatabase _database;
    private readonly nint _databaseHandle;
    private int _disposed;

    internal RocksSnapshot(RocksDatabase database, nint handle)
    {
        _database = database;
        _databaseHandle = handle;
        Handle = RocksDbNative.rocksdb_create_snapshot(handle);
        ReadOptions = RocksDbNative.rocksdb_readoptions_create();
        RocksDbNative.rocksdb_readoptions_set_ignore_range_deletions(ReadOptions, 1);
        RocksDbNative.rocksdb_readoptions_set_snapshot(ReadOptions, Handle);
    }

    /// <summary>The library's snapshot.</summary>
    public nint Handle { get; }

    /// <summary>The library's options for reading it.</summary>
    public nint ReadOptions { get; }

    /// <inheritdoc />
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        RocksDbNative.rocksdb_readoptions_destroy(ReadOptions);
        RocksDbNative.rocksdb_release_snapshot(_databaseHandle, Handle);
        _database.DangerousRelease();
    }
}
