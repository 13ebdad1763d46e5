using System.Globalization;
using System.Text;
using Waverless.Storage.Keyspaces;

namespace Waverless.Storage.Native;

/// <summary>In which pieces write buffers take their memory.</summary>
public sealed class RocksTuningTests
{
    /// <summary>DEFAULT_MMAP_THRESHOLD_MAX of glibc: what is larger is never kept when freed.</summary>
    private const long KeptByAllocatorMax = 32L << 20;

    private static RocksTuning Of(long writeBufferBytes) =>
        new(1 << 20, writeBufferBytes, 256L << 20);

    [Fact]
    public void By_default_pieces_are_too_large_for_the_allocator_to_keep()
    {
        var buffer = new RocksDbStorageOptions { Folder = "none" }.WriteBufferBytes;
        Assert.True(Of(buffer).ArenaBlockBytes > KeptByAllocatorMax);
        Assert.True(Of(buffer).ArenaBlockBytes < buffer);
    }

    [Fact]
    public void Small_buffers_are_left_to_the_database()
    {
        Assert.Equal(0, RocksTuning.Small.ArenaBlockBytes);
        Assert.Equal(0, Of(KeptByAllocatorMax).ArenaBlockBytes);
    }

    [Fact]
    public void A_buffer_of_large_pieces_is_full_at_about_its_size()
    {
        const int ValueBytes = 64 * 1024;
        const long Buffer = 64L << 20;
        var folder = Directory.CreateTempSubdirectory("waverless-tuning-").FullName;
        try
        {
            var written = 0L;
            using (var database = RocksDatabase.Open(folder, Of(Buffer)))
            {
                var batch = new RecordBatch();
                var value = new byte[ValueBytes];
                while (!IsFull(database) && written < 4 * Buffer)
                {
                    batch.Clear();
                    batch.Put(Encoding.UTF8.GetBytes($"key {written:D12}"), value);
                    Assert.Null(database.Write(batch.Encoded, sync: false));
                    written += ValueBytes;
                }
            }

            Assert.InRange(written, Buffer / 2, 3 * Buffer);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Blocks_that_are_read_take_no_more_than_the_cache()
    {
        const long Cache = 1L << 20;
        const int Values = 4_000;
        var folder = Directory.CreateTempSubdirectory("waverless-tuning-").FullName;
        try
        {
            using var database = RocksDatabase.Open(folder, new(Cache, Cache, 256L << 20));
            using var keyspace = new RocksKeyspace(database, folder);
            var random = new Random(1);
            var value = new byte[4_096];
            var batch = new RecordBatch();
            for (var i = 0; i < Values; i++)
            {
                random.NextBytes(value);
                batch.Clear();
                batch.Put(Encoding.UTF8.GetBytes($"key {i:D6}"), value);
                Assert.Null(database.Write(batch.Encoded, sync: false));
            }

            for (var i = 0; i < Values; i++)
            {
                keyspace.Get(Encoding.UTF8.GetBytes($"key {i:D6}"), value);
            }

            var used = long.Parse(
                database.Property("rocksdb.block-cache-usage")!,
                CultureInfo.InvariantCulture
            );
            Assert.InRange(used, Cache / 4, Cache * 5 / 4);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static bool IsFull(RocksDatabase database) =>
        database.Property("rocksdb.num-immutable-mem-table") != "0"
        || database.Property("rocksdb.num-files-at-level0") != "0";
}
