using RocksDbSharp;

namespace Harness.Storage;

/// <summary>RocksDB through its public binding, tuned as the product tunes its own.</summary>
public sealed class BareRocks : IDisposable
{
    private const int BloomBits = 10;
    private const ulong CacheBytes = 64 << 20;
    private readonly RocksDb _database;
    private readonly WriteOptions _write = new WriteOptions().SetSync(false);
    private readonly WriteBatch _batch = new();

    public BareRocks(string folder)
    {
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
    }

    public long Get(byte[] key, byte[] into) => _database.Get(key, into, 0, into.Length);

    public void Put(byte[] key, byte[] value) => _database.Put(key, value, null, _write);

    /// <summary>Adds a record to the batch that <see cref="Commit"/> writes.</summary>
    public void Add(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) => _batch.Put(key, value);

    public void Commit()
    {
        _database.Write(_batch, _write);
        _batch.Clear();
    }

    public void Dispose()
    {
        _batch.Dispose();
        _database.Dispose();
    }
}
