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

    private static bool IsFull(RocksDatabase database) =>
        database.Property("rocksdb.num-immutable-mem-table") != "0"
        || database.Property("rocksdb.num-files-at-level0") != "0";
}
