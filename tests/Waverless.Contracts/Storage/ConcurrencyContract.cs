using System.Globalization;
using Waverless.Kv;

namespace Waverless.Contracts.Storage;

/// <summary>Commits of many threads are decided one after the other.</summary>
public abstract class ConcurrencyContract : StorageContract
{
    private const int Writers = 8;
    private const int Each = 60;

    [Fact]
    public async Task Conditional_increments_lose_no_update()
    {
        await PutAsync("n", "0");
        var taken = await Task.WhenAll(
            ForEachWriter(async _ =>
            {
                var mine = new List<int>();
                while (mine.Count < Each)
                {
                    var (value, number) = await ReadAsync("n");
                    var next = int.Parse(value!, CultureInfo.InvariantCulture) + 1;
                    var result = await CommitAsync(c =>
                    {
                        c.RequireRevision("n"u8, number);
                        c.Put("n"u8, B($"{next}"));
                    });
                    if (result.IsCommitted)
                    {
                        mine.Add(next);
                    }
                }

                return mine;
            })
        );
        Assert.Equal($"{Writers * Each}", await GetAsync("n"));
        Assert.Equal(Enumerable.Range(1, Writers * Each), taken.SelectMany(n => n).Order());
    }

    [Fact]
    public async Task Only_one_of_many_creators_wins()
    {
        for (var round = 0; round < 20; round++)
        {
            var key = $"k{round}";
            var results = await Task.WhenAll(
                ForEachWriter(async writer =>
                    await CommitAsync(c =>
                    {
                        c.RequireAbsent(B(key));
                        c.Put(B(key), B($"{writer}"));
                    })
                )
            );
            var winner = Assert.Single(results, r => r.IsCommitted);
            Assert.Equal(winner.Revision.Number, (await ReadAsync(key)).Number);
            Assert.Equal(Writers - 1, results.Count(r => r.Status == CommitStatus.ConditionFailed));
        }
    }

    [Fact]
    public async Task Only_one_of_many_phantoms_passes_a_range_condition()
    {
        for (ulong round = 0; round < 20; round++)
        {
            var since = await PutAsync("start", $"{round}");
            var results = await Task.WhenAll(
                ForEachWriter(async writer =>
                    await CommitAsync(c =>
                    {
                        c.RequireRangeUnchanged("r"u8, "s"u8, since);
                        c.Put(B($"r{writer}"), "v"u8);
                    })
                )
            );
            Assert.Single(results, r => r.IsCommitted);
        }
    }

    [Fact]
    public async Task Every_acknowledged_commit_has_a_revision_of_its_own_and_is_read_at_once()
    {
        var revisions = await Task.WhenAll(
            ForEachWriter(async writer =>
            {
                var mine = new List<ulong>();
                for (var i = 0; i < Each; i++)
                {
                    var number = await PutAsync($"{writer}", $"{i}");
                    mine.Add(number);
                    Assert.Equal(($"{i}", number), await ReadAsync($"{writer}"));
                }

                Assert.Equal(mine.Order(), mine);
                return mine;
            })
        );
        Assert.Equal(
            Enumerable.Range(1, Writers * Each),
            revisions.SelectMany(n => n).Select(n => (int)n).Order()
        );
    }

    [Fact]
    public async Task A_command_that_is_sent_by_many_at_once_is_applied_once()
    {
        var results = await Task.WhenAll(
            ForEachWriter(async writer =>
                await CommitAsync(c =>
                {
                    c.Put("k"u8, B($"{writer}"));
                    c.Stamp(new CommandId(7, 1), 0, 0);
                })
            )
        );
        Assert.All(results, r => Assert.True(r.IsCommitted));
        Assert.Equal(1u, Assert.Single(results.Select(r => r.Revision.Number).Distinct()));
        Assert.Equal(2u, await PutAsync("other", "v"));
    }

    [Fact]
    public async Task A_page_is_one_snapshot_while_pairs_are_written()
    {
        await PairAsync(0);
        using var stop = new CancellationTokenSource();
        var writer = Task.Run(async () =>
        {
            for (var i = 1; !stop.IsCancellationRequested && i < 100_000; i++)
            {
                await PairAsync(i);
            }
        });
        for (var i = 0; i < 300; i++)
        {
            var page = await ScanAsync(KvRange.Prefix("pair"));
            Assert.Equal(page[0].Split('=')[1], page[1].Split('=')[1]);
        }

        await stop.CancelAsync();
        await writer;

        async Task PairAsync(int i) =>
            await CommittedAsync(c =>
            {
                c.Put("pair1"u8, B($"{i}"));
                c.Put("pair2"u8, B($"{i}"));
            });
    }

    private static IEnumerable<Task<T>> ForEachWriter<T>(Func<int, Task<T>> write) =>
        Enumerable.Range(0, Writers).Select(writer => Task.Run(() => write(writer)));
}
