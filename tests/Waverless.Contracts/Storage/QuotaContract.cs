using CsCheck;
using Waverless.Kv;
using Waverless.Maintenance;

namespace Waverless.Contracts.Storage;

/// <summary>A quota is exact, decided with the commit, and never stands against a deletion.</summary>
public abstract class QuotaContract : StorageContract
{
    private const ulong Unbounded = long.MaxValue;

    private static readonly Gen<(int Kind, int Key, int Bytes)> GenOperation =
        from kind in Gen.Int[0, 4]
        from key in Gen.Int[0, 5]
        from bytes in Gen.Int[0, 40]
        select (kind, key, bytes);

    [Fact]
    public async Task A_commit_over_the_bytes_is_rejected_and_one_at_the_bound_is_not()
    {
        await CommittedAsync(c => Put(c, "key", 7, bytes: 10));
        var refused = await CommitAsync(c => Put(c, "key", 8, bytes: 10));
        Assert.Equal(CommitStatus.Rejected, refused.Status);
        Assert.Equal(CommitRejection.QuotaExceeded, refused.Rejection);
        Assert.Contains("11 bytes", refused.Reason, StringComparison.Ordinal);
        Assert.Contains("10", refused.Reason, StringComparison.Ordinal);
        Assert.Equal(7, (await GetAsync("key"))!.Length);
    }

    [Fact]
    public async Task A_commit_over_the_keys_is_rejected_whole()
    {
        await CommittedAsync(c => Put(c, "a", 1, keys: 2));
        var refused = await CommitAsync(c =>
        {
            Put(c, "b", 1, keys: 2);
            Put(c, "c", 1, keys: 2);
        });
        Assert.Equal(CommitRejection.QuotaExceeded, refused.Rejection);
        Assert.Null(await GetAsync("b"));
        await CommittedAsync(c => Put(c, "b", 1, keys: 2));
        await CommittedAsync(c => Put(c, "a", 100, keys: 2));
    }

    [Fact]
    public async Task What_was_there_before_the_quota_counts()
    {
        await CommittedAsync(c => c.Put("old"u8, new byte[100]));
        var refused = await CommitAsync(c => Put(c, "new", 1, bytes: 50));
        Assert.Equal(CommitRejection.QuotaExceeded, refused.Rejection);
    }

    [Fact]
    public async Task Deletions_and_smaller_values_always_go()
    {
        await CommittedAsync(c => c.Put("old"u8, new byte[100]));
        await CommittedAsync(c => Put(c, "old", 90, bytes: 50, keys: 0));
        await CommittedAsync(c =>
        {
            c.Quota(50, 0);
            c.Delete("old"u8);
        });
        Assert.Equal(
            CommitRejection.QuotaExceeded,
            (await CommitAsync(c => Put(c, "new", 1, keys: 0))).Rejection
        );
    }

    [Fact]
    public async Task A_deletion_makes_room_in_the_same_commit()
    {
        await CommittedAsync(c => Put(c, "a", 9, bytes: 10, keys: 1));
        await CommittedAsync(c =>
        {
            c.Delete("a"u8);
            Put(c, "b", 9, bytes: 10, keys: 1);
        });
        Assert.Null(await GetAsync("a"));
    }

    [Fact]
    public async Task The_count_survives_a_restart_and_an_expiry()
    {
        await CommittedAsync(c =>
        {
            c.Quota(100, 2);
            c.PutUntil("mortal"u8, new byte[10], 5);
            c.Put("k"u8, new byte[10]);
        });
        await ReopenAsync();
        Assert.Equal(
            CommitRejection.QuotaExceeded,
            (await CommitAsync(c => Put(c, "x", 1, keys: 2))).Rejection
        );
        foreach (var due in await Engine.ReadExpiringAsync(P, 0, long.MaxValue, 10, Ct))
        {
            await CommittedAsync(c =>
            {
                c.Stamp(default, 10, 1);
                c.Expire(due.Key.Span, due.Number, due.DeadlineMs, due.Area);
            });
        }

        await CommittedAsync(c => Put(c, "x", 1, keys: 2));
        await SoundAsync(keys: 2, bytes: 11 + 2);
    }

    [Fact]
    public async Task A_quota_is_exact_when_many_write_at_once()
    {
        const int Room = 20;
        var results = await Task.WhenAll(
            Enumerable
                .Range(0, 100)
                .Select(i =>
                    Task.Run(() => CommitAsync(c => Put(c, $"k{i}", 1, keys: Room)).AsTask())
                )
        );
        Assert.Equal(Room, results.Count(result => result.IsCommitted));
        Assert.All(
            results.Where(result => !result.IsCommitted),
            result => Assert.Equal(CommitRejection.QuotaExceeded, result.Rejection)
        );
    }

    [Fact]
    public async Task The_count_is_that_of_a_walk_whatever_is_written()
    {
        var random = GenOperation.Array[1, 6].Array[1, 40];
        await random.SampleAsync(
            async commits =>
            {
                foreach (var operations in commits)
                {
                    await CommitAsync(c =>
                    {
                        c.Quota(Unbounded, Unbounded);
                        foreach (var (kind, key, bytes) in operations)
                        {
                            Add(c, kind, B($"k{key}"), bytes);
                        }
                    });
                }

                var report = await ((IStoreMaintenance)Engine).VerifyAsync(Ct);
                Assert.Equal([], report.Defects);
            },
            iter: 20,
            threads: 1
        );
    }

    private static void Add(Commit c, int kind, byte[] key, int bytes)
    {
        switch (kind)
        {
            case 0:
                c.Delete(key);
                break;
            case 1:
                c.DeleteIfRevision(key, (ulong)bytes);
                break;
            case 2:
                c.PutUntil(key, new byte[bytes], 1000);
                break;
            default:
                c.Put(key, new byte[bytes]);
                break;
        }
    }

    private static void Put(
        Commit c,
        string key,
        int valueBytes,
        ulong bytes = Unbounded,
        ulong keys = Unbounded
    )
    {
        c.Quota(bytes, keys);
        c.Put(B(key), new byte[valueBytes]);
    }

    private async Task SoundAsync(long keys, long bytes)
    {
        var maintenance = (IStoreMaintenance)Engine;
        Assert.Equal([], (await maintenance.VerifyAsync(Ct)).Defects);
        var statistics = (await maintenance.GetStatisticsAsync(Ct)).Partitions[0];
        Assert.Equal(new SizeEstimate(keys, bytes, true), statistics.Keys);
    }
}
