using RocksDbSharp;

namespace Harness.Storage;

/// <summary>RocksDB through its public binding, tuned as the product tunes its own.</summary>
public sealed class BareRocks : IDisposable
{
    private const int BloomBits = 10;
    private const ulong CacheBytes = 64 << 20;
    private readonly RocksDb _database;
    private readonly WriteOptions _write;

    /// <param name="folder">Where it is.</param>
    /// <param name="sync">Whether a write is on the disk when it returns.</param>
    public BareRocks(string folder, bool sync = false)
    {
        _write = new WriteOptions().SetSync(sync);
        var table = new BlockBasedTableOptions()
            .SetBlockCache(Cache.CreateLru(CacheBytes))
            .SetCacheIndexAndFilterBlocks(true)
            .SetFilterPolicy(BloomFilterPolicy.Create(BloomBits, false));
        var options = new DbOptions()
            .SetCreateIfMissing(true)
            .SetWriteBufferSize(32 << 20)
            .SetMaxWriteBufferNumber(3)
            .SetMaxTotalWalSize(256 << 20)
            .SetMaxOpenFiles(1024)
            .SetCompression(Compression.Lz4)
            .SetBlockBasedTableFactory(table);
        _database = RocksDb.Open(options, folder);
        Batch = NewBatch();
    }

    /// <summary>A batch for whoever has the database alone.</summary>
    public BareBatch Batch { get; }

    /// <summary>A batch for one of several writers, theirs to dispose.</summary>
    public BareBatch NewBatch() => new(_database, _write);

    public long Get(byte[] key, byte[] into) => _database.Get(key, into, 0, into.Length);

    public void Put(byte[] key, byte[] value) => _database.Put(key, value, null, _write);

    /// <summary>
    /// Walks all keys from one on; returns their count, and the sum of all lengths and of each
    /// value's last byte, so that both are really read.
    /// </summary>
    public (long Count, long Bytes) Scan(byte[] from)
    {
        using var iterator = _database.NewIterator();
        var (count, bytes) = (0L, 0L);
        for (iterator.Seek(from); iterator.Valid(); iterator.Next())
        {
            var value = iterator.GetValueSpan();
            count++;
            bytes += iterator.GetKeySpan().Length + value.Length + value[^1];
        }

        return (count, bytes);
    }

    public void Dispose()
    {
        Batch.Dispose();
        _database.Dispose();
    }
}
