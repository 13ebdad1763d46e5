using CsCheck;
using Waverless.Kv;

namespace Waverless.Storage.Apply;

public sealed class ChangeRecordTests
{
    private static readonly Gen<(bool Set, byte[] Key, byte[] Value)> GenChange =
        from set in Gen.Bool
        from key in Gen.Byte.Array[1, 40]
        from value in Gen.Byte.Array[0, 300]
        select (set, key, value);

    [Fact]
    public void A_record_reads_back_what_was_written() =>
        Gen.Select(Gen.Long, GenChange.Array[0, 20])
            .Sample((time, changes) => AssertReadsBack(time, changes));

    [Fact]
    public void A_record_is_reusable()
    {
        var record = new ChangeRecord();
        record.Begin(1);
        record.Set("a"u8, new byte[3000]);
        record.Begin(2);
        record.Delete("b"u8);
        var reader = new ChangeRecordReader(record.Encoded);
        Assert.Equal(2, reader.StoreTimeMs);
        Assert.True(reader.MoveNext());
        Assert.Equal(KvChangeKind.Delete, reader.Kind);
        Assert.False(reader.MoveNext());
    }

    [Theory]
    [InlineData(ChangeRecord.ValueBytesMax, true)]
    [InlineData(ChangeRecord.ValueBytesMax + 1, false)]
    public void Values_are_kept_up_to_the_bound(int bytes, bool kept)
    {
        var record = new ChangeRecord();
        record.Begin(0);
        record.Set("a"u8, new byte[bytes]);
        var reader = new ChangeRecordReader(record.Encoded);
        Assert.True(reader.MoveNext());
        Assert.Equal(KvChangeKind.Set, reader.Kind);
        Assert.Equal(kept, reader.HasValue);
        Assert.Equal(kept ? bytes : 0, reader.Value.Length);
    }

    [Fact]
    public void Random_bytes_are_a_record_or_a_typed_error() =>
        Gen
            .Byte.Array[0, 60]
            .Sample(bytes =>
            {
                try
                {
                    var reader = new ChangeRecordReader(bytes);
                    while (reader.MoveNext())
                    {
                        Assert.True(reader.Key.Length <= bytes.Length);
                    }
                }
                catch (StorageException e)
                {
                    Assert.Equal(StorageError.Corrupted, e.Error);
                }
            });

    [Fact]
    public void A_cut_off_record_is_a_typed_error()
    {
        var record = new ChangeRecord();
        record.Begin(0);
        record.Set("key"u8, "value"u8);
        var whole = record.Encoded.ToArray();
        for (var length = 0; length < whole.Length; length++)
        {
            if (length == ChangeRecord.TimeBytes)
            {
                // A record without changes is whole.
                continue;
            }

            var error = Assert.Throws<StorageException>(() => ReadAll(whole.AsSpan(0, length)));
            Assert.Equal(StorageError.Corrupted, error.Error);
        }
    }

    private static void ReadAll(ReadOnlySpan<byte> record)
    {
        var reader = new ChangeRecordReader(record);
        while (reader.MoveNext())
        {
            // Only the walk matters.
        }
    }

    private static void AssertReadsBack(long time, (bool Set, byte[] Key, byte[] Value)[] changes)
    {
        var record = new ChangeRecord();
        record.Begin(time);
        foreach (var (set, key, value) in changes)
        {
            if (set)
            {
                record.Set(key, value);
            }
            else
            {
                record.Delete(key);
            }
        }

        var reader = new ChangeRecordReader(record.Encoded);
        Assert.Equal(time, reader.StoreTimeMs);
        foreach (var (set, key, value) in changes)
        {
            Assert.True(reader.MoveNext());
            Assert.Equal(set ? KvChangeKind.Set : KvChangeKind.Delete, reader.Kind);
            Assert.True(reader.Key.SequenceEqual(key));
            Assert.Equal(set, reader.HasValue);
            Assert.True(reader.Value.SequenceEqual(set ? value : []));
        }

        Assert.False(reader.MoveNext());
    }
}
