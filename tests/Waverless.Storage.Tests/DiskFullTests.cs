using System.Buffers;
using System.Globalization;
using System.Text;
using Waverless.Contracts.Storage;
using Waverless.Kv;

namespace Waverless.Storage;

/// <summary>A full disk refuses writes, keeps reads, loses nothing, and heals.</summary>
public sealed class DiskFullTests
{
    private static readonly PartitionId P = new("shop", 0);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(StorageDurability.Process, 2 << 20, 0)]
    [InlineData(StorageDurability.Process, 16 << 20, 0)]
    [InlineData(StorageDurability.Disk, 16 << 20, 0)]
    [InlineData(StorageDurability.Process, 2 << 20, null)]
    [InlineData(StorageDurability.Process, 16 << 20, null)]
    [InlineData(StorageDurability.Disk, 16 << 20, null)]
    public async Task A_full_disk_refuses_writes_keeps_reads_and_heals_when_space_returns(
        StorageDurability durability,
        int writeBufferBytes,
        int? reserveBytes
    )
    {
        // The small buffer is flushed when the disk is full, the large ones are still in the log.
        using var disk = TmpfsMount.OrSkip(mebibytes: 48);
        var ballast = Path.Combine(disk.Folder, "ballast");
        await File.WriteAllBytesAsync(ballast, new byte[36 << 20], Ct);
        var options = new RocksDbStorageOptions
        {
            Folder = Path.Combine(disk.Folder, "data"),
            Durability = durability,
            WriteBufferBytes = writeBufferBytes,
            DiskReserveBytes = reserveBytes,
        };
        int acknowledged;
        await using (var engine = await OpenAsync(options))
        {
            var (count, refusal) = await FillAsync(engine);
            acknowledged = count;
            Assert.Equal(CommitRejection.StorageFull, refusal.Rejection);
            Assert.Contains("disk is full", refusal.Reason, StringComparison.Ordinal);
            Assert.Equal(StorageHealth.Full, engine.Health);
            await AssertAllReadAsync(engine, acknowledged);

            File.Delete(ballast);
            Assert.InRange(await AttemptsToHealAsync(engine), 1, reserveBytes is null ? 1 : 600);
            Assert.Equal(StorageHealth.Serving, engine.Health);
            Assert.True((await PutAsync(engine, acknowledged++)).IsCommitted);
            await AssertAllReadAsync(engine, acknowledged);
        }

        await using var again = await OpenAsync(options);
        await AssertAllReadAsync(again, acknowledged);
    }

    private static async Task<RocksDbStorageEngine> OpenAsync(RocksDbStorageOptions options)
    {
        var engine = new RocksDbStorageEngine(options);
        await engine.OpenAsync(new RecordingListener(), TimeProvider.System, Ct);
        return engine;
    }

    private static async Task<(int Count, CommitResult Refusal)> FillAsync(
        RocksDbStorageEngine engine
    )
    {
        for (var i = 0; i < 10_000; i++)
        {
            var result = await PutAsync(engine, i);
            if (!result.IsCommitted)
            {
                return (i, result);
            }
        }

        throw new InvalidOperationException("The disk took everything.");
    }

    /// <summary>How many writes it takes until one is taken again.</summary>
    private static async Task<int> AttemptsToHealAsync(RocksDbStorageEngine engine)
    {
        for (var i = 1; i <= 600; i++)
        {
            var commit = new Commit();
            commit.Put("healed"u8, "yes"u8);
            if ((await engine.CommitAsync(P, commit, Ct)).IsCommitted)
            {
                return i;
            }

            await Task.Delay(100, Ct);
        }

        return int.MaxValue;
    }

    private static ValueTask<CommitResult> PutAsync(RocksDbStorageEngine engine, int i)
    {
        var value = new byte[20_000];
        new Random(i).NextBytes(value);
        var commit = new Commit();
        commit.Put(Key(i), value);
        return engine.CommitAsync(P, commit, Ct);
    }

    private static async Task AssertAllReadAsync(RocksDbStorageEngine engine, int count)
    {
        var expected = new byte[20_000];
        for (var i = 0; i < count; i++)
        {
            var into = new ArrayBufferWriter<byte>();
            var read = await engine.GetAsync(P, new KvKey(Key(i)), default, into, Ct);
            Assert.True(read.Found, $"{i} of {count} is gone");
            new Random(i).NextBytes(expected);
            Assert.True(into.WrittenSpan.SequenceEqual(expected));
        }
    }

    private static byte[] Key(int i) =>
        Encoding.UTF8.GetBytes(i.ToString("00000", CultureInfo.InvariantCulture));
}
