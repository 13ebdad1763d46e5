namespace Waverless.Storage.Engine;

public sealed class PartitionProgressTests
{
    [Fact]
    public async Task A_waiter_is_woken_by_the_next_commit()
    {
        var progress = new PartitionProgress(5, 0, storeTimeMs: 0);
        var wait = progress.WaitAboveAsync(5, default);
        Assert.False(wait.IsCompleted);
        progress.Advance(6, storeTimeMs: 0);
        await wait;
        Assert.Equal(6u, progress.Last);
    }

    [Fact]
    public void What_is_there_already_is_not_waited_for() =>
        Assert.True(
            new PartitionProgress(5, 0, storeTimeMs: 0).WaitAboveAsync(4, default).IsCompleted
        );

    [Fact]
    public async Task No_wakeup_is_lost_between_a_writer_and_many_waiters()
    {
        const ulong Last = 20_000;
        var progress = new PartitionProgress(0, 0, storeTimeMs: 0);
        var waiters = Enumerable
            .Range(0, 3)
            .Select(_ =>
                Task.Run(async () =>
                {
                    for (ulong seen = 0; seen < Last; seen = progress.Last)
                    {
                        await progress.WaitAboveAsync(seen, default);
                    }
                })
            )
            .ToArray();
        for (ulong i = 1; i <= Last; i++)
        {
            progress.Advance(i, storeTimeMs: 0);
        }

        await Task.WhenAll(waiters);
    }

    [Fact]
    public async Task Waiting_can_be_given_up()
    {
        using var stop = new CancellationTokenSource();
        var wait = new PartitionProgress(0, 0, storeTimeMs: 0).WaitAboveAsync(0, stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => wait);
    }
}
