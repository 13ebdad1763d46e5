namespace Waverless.Storage.Native;

public sealed class RocksDatabaseTests : IDisposable
{
    private static readonly RocksTuning Tuning = new(1 << 20, 1 << 20, 1 << 20);

    private readonly string _folder = Directory
        .CreateTempSubdirectory("waverless-storage-")
        .FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Reading_while_another_thread_closes_ends_in_an_exception_not_a_crash()
    {
        for (var round = 0; round < 5; round++)
        {
            var database = Open(round);
            var readers = Enumerable
                .Range(0, 4)
                .Select(_ =>
                    Task.Run(() =>
                    {
                        var buffer = new byte[10];
                        while (true)
                        {
                            database.Get("k"u8, buffer);
                        }
                    })
                )
                .ToArray();
            Assert.Equal(-1, database.Get("k"u8, new byte[1]));
            database.Dispose();
            foreach (var reader in readers)
            {
                var error = Assert.Throws<AggregateException>(reader.Wait);
                Assert.IsType<ObjectDisposedException>(error.InnerException);
            }
        }
    }

    [Fact]
    public void A_cursor_that_has_ended_stays_at_the_end()
    {
        using var database = Open(0);
        var batch = new Keyspaces.RecordBatch();
        for (var key = 0; key < 100; key++)
        {
            batch.Put([(byte)key], "1"u8);
        }

        Assert.Null(database.Write(batch.Encoded, sync: false));
        using var cursor = database.OpenCursor([10], [90]);
        var count = 0;
        while (cursor.MoveNext())
        {
            count++;
        }

        Assert.Equal(80, count);
        for (var again = 0; again < 1000; again++)
        {
            Assert.False(cursor.MoveNext());
        }

        Assert.True(cursor.MoveToLast());
        Assert.Equal([89], cursor.Key.ToArray());
    }

    [Fact]
    public void An_open_cursor_outlives_the_closing()
    {
        var database = Open(0);
        var batch = new Keyspaces.RecordBatch();
        batch.Put("a"u8, "1"u8);
        Assert.Null(database.Write(batch.Encoded, sync: false));
        using (var cursor = database.OpenCursor("a"u8, "b"u8))
        {
            database.Dispose();
            Assert.True(cursor.MoveNext());
            Assert.True(cursor.Value.SequenceEqual("1"u8));
        }

        // The last reference went with the cursor, so the folder is free.
        using var again = Open(0);
        Assert.Equal(1, again.Get("a"u8, new byte[1]));
    }

    [Fact]
    public void Flushing_and_syncing_keep_the_data()
    {
        using var database = Open(0);
        var batch = new Keyspaces.RecordBatch();
        batch.Put("a"u8, "1"u8);
        Assert.Null(database.Write(batch.Encoded, sync: true));
        database.SyncLog();
        database.Flush();
        Assert.Equal("1", database.Property("rocksdb.num-files-at-level0"));
        Assert.Null(database.Property("no such property"));
        Assert.Equal(1, database.Get("a"u8, new byte[1]));
    }

    private RocksDatabase Open(int number) =>
        RocksDatabase.Open(Path.Combine(_folder, $"{number}"), Tuning);
}
