namespace Waverless.Contracts.Storage;

/// <summary>Watching while many write.</summary>
public abstract class LiveWatchContract : StorageContract
{
    [Fact]
    public async Task Concurrent_writers_leave_no_gap_for_live_watchers()
    {
        const int Writers = 4;
        const int Each = 200;
        var watches = Enumerable.Range(0, 3).Select(_ => FollowAsync(Writers * Each)).ToArray();
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(WriteAsync));
        foreach (var revisions in await Task.WhenAll(watches))
        {
            Assert.Equal(Enumerable.Range(1, Writers * Each).Select(n => (ulong)n), revisions);
        }

        Task WriteAsync(int writer) =>
            Task.Run(async () =>
            {
                for (var i = 0; i < Each; i++)
                {
                    await PutAsync($"{writer}", $"{i}");
                }
            });
    }

    private async Task<List<ulong>> FollowAsync(int count)
    {
        var revisions = new List<ulong>();
        await foreach (var change in Engine.WatchAsync(P, default, Ct))
        {
            revisions.Add(change.Revision.Number);
            if (revisions.Count == count)
            {
                break;
            }
        }

        return revisions;
    }
}
