using Waverless.Kv;
using Waverless.Maintenance;

namespace Waverless.Contracts.Storage;

/// <summary>Bounds of what an engine looks back over and counts.</summary>
public abstract class StoreBoundContract : StorageContract
{
    /// <summary>CommitCheck.RangeLookbackMax.</summary>
    private const int LookbackMax = 10_000;

    [Fact]
    public async Task A_range_is_looked_back_over_for_so_many_commits_and_no_further()
    {
        await PutAsync("in", "x");
        for (var i = 0; i < LookbackMax; i++)
        {
            await CommittedAsync(c => c.Put("beside"u8, "x"u8));
        }

        await CommittedAsync(c => Require(c, since: 1));
        var since = await PutAsync("beside", "y") - LookbackMax;
        await CommittedAsync(c => Require(c, since));
        var failed = await CommitAsync(c => Require(c, since));
        Assert.Equal(CommitStatus.ConditionFailed, failed.Status);

        static void Require(Commit c, ulong since)
        {
            c.RequireRangeUnchanged("i"u8, "j"u8, since);
            c.Put("beside"u8, "z"u8);
        }
    }

    [Fact]
    public async Task Statistics_count_so_many_records_and_estimate_the_rest()
    {
        const int PerCommit = 1_000;
        for (var i = 0; i < SizeEstimate.CountedMax / PerCommit - 1; i++)
        {
            await FillAsync(i, PerCommit);
        }

        await FillAsync(99, PerCommit - 1);
        var keys = await KeysAsync();
        Assert.Equal((SizeEstimate.CountedMax - 1, true), ((int)keys.Count, keys.IsExact));
        for (var i = 0; i < 10; i++)
        {
            await FillAsync(200 + i, PerCommit);
        }

        keys = await KeysAsync();
        Assert.False(keys.IsExact);
        Assert.InRange(keys.Count, SizeEstimate.CountedMax, 10 * SizeEstimate.CountedMax);
    }

    private ValueTask<ulong> FillAsync(int commit, int keys) =>
        CommittedAsync(c =>
        {
            for (var i = 0; i < keys; i++)
            {
                c.Put(B($"{commit:D4}.{i:D6}"), new byte[100]);
            }
        });

    private async Task<SizeEstimate> KeysAsync() =>
        (await ((IStoreMaintenance)Engine).GetStatisticsAsync(Ct)).Partitions[0].Keys;
}
