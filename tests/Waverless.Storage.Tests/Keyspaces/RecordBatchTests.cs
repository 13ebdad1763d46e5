using CsCheck;
using Waverless.Storage.Native;

namespace Waverless.Storage.Keyspaces;

public sealed class RecordBatchTests
{
    private static readonly Gen<(int Kind, byte[] Key, byte[] Value)> GenRecord =
        from kind in Gen.Int[0, 5]
        from key in Gen.Byte[0, 9].Array[1, 3]
        from value in Gen.Byte.Array[0, 200]
        select (kind, key, value);

    [Fact]
    public void Records_read_back_in_order() =>
        GenRecord
            .Array[0, 50]
            .Sample(records =>
            {
                var batch = Fill(records);
                var reader = batch.Read();
                foreach (var (kind, key, value) in records)
                {
                    Assert.True(reader.MoveNext());
                    Assert.Equal(kind == 0 ? RecordKind.Delete : RecordKind.Put, reader.Kind);
                    Assert.True(reader.Key.SequenceEqual(key));
                    Assert.True(reader.Value.SequenceEqual(kind == 0 ? [] : value));
                }

                Assert.False(reader.MoveNext());
                Assert.Equal(records.Length, batch.Count);
            });

    [Fact]
    public void Long_keys_and_values_have_long_lengths()
    {
        foreach (var bytes in new[] { 127, 128, 16_383, 16_384, 2_097_152 })
        {
            var batch = new RecordBatch();
            batch.Put(new byte[bytes], new byte[bytes + 1]);
            batch.Put("end"u8, default);
            var reader = batch.Read();
            Assert.True(reader.MoveNext());
            Assert.Equal((bytes, bytes + 1), (reader.Key.Length, reader.Value.Length));
            Assert.True(reader.MoveNext());
            Assert.True(reader.Key.SequenceEqual("end"u8));
        }
    }

    [Fact]
    public void Both_key_spaces_take_a_batch_the_same_way()
    {
        var folder = Directory.CreateTempSubdirectory("waverless-storage-").FullName;
        try
        {
            using var rocks = new RocksKeyspace(
                RocksDatabase.Open(folder, RocksTuning.Small),
                folder
            );
            using var memory = new MemoryKeyspace(new MemoryVolume());
            GenRecord
                .Array[0, 40]
                .Sample(
                    records =>
                    {
                        var batch = Fill(records);
                        batch.DeleteRange([3], [4]);
                        Assert.True(rocks.Write(batch, sync: false).IsWritten);
                        Assert.True(memory.Write(batch, sync: false).IsWritten);
                        Assert.Equal(Dump(memory, [], [255]), Dump(rocks, [], [255]));
                        Assert.Equal(Dump(memory, [1, 5], [7]), Dump(rocks, [1, 5], [7]));
                        Assert.Equal(Last(memory), Last(rocks));
                    },
                    iter: 200,
                    threads: 1
                );
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static RecordBatch Fill((int Kind, byte[] Key, byte[] Value)[] records)
    {
        var batch = new RecordBatch();
        foreach (var (kind, key, value) in records)
        {
            if (kind == 0)
            {
                key.CopyTo(batch.Delete(key.Length));
            }
            else
            {
                batch.Put(key, value);
            }
        }

        return batch;
    }

    private static List<string> Dump(IKeyspace keyspace, byte[] from, byte[] to)
    {
        var all = new List<string>();
        using var cursor = keyspace.OpenCursor(from, to);
        while (cursor.MoveNext())
        {
            all.Add($"{Convert.ToHexString(cursor.Key)} {Convert.ToHexString(cursor.Value)}");
            var buffer = new byte[cursor.Value.Length];
            Assert.Equal(buffer.Length, keyspace.Get(cursor.Key, buffer));
            Assert.True(cursor.Value.SequenceEqual(buffer));
            Assert.Equal(buffer.Length, keyspace.Get(cursor.Key, default));
            Assert.Equal(buffer.Length, keyspace.GetHead(cursor.Key, new byte[3]));
        }

        return all;
    }

    private static string? Last(IKeyspace keyspace)
    {
        using var cursor = keyspace.OpenCursor([2], [8]);
        return cursor.MoveToLast() ? Convert.ToHexString(cursor.Key) : null;
    }
}
