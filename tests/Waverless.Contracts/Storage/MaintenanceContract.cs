using Waverless.Events;
using Waverless.Kv;
using Waverless.Maintenance;

namespace Waverless.Contracts.Storage;

/// <summary>What every engine with maintenance tells about its store.</summary>
public abstract class MaintenanceContract : StorageContract
{
    private const int Kept = 64;

    protected override StorageContractLimits Limits { get; } = new() { ChangeLogCommitsMax = Kept };

    protected IStoreMaintenance Maintenance => (IStoreMaintenance)Engine;

    private ITriggerPause Pause => (ITriggerPause)Engine;

    [Fact]
    public async Task A_pause_of_triggers_is_remembered_over_restarts()
    {
        Assert.False(Pause.TriggersPaused);
        await Pause.SetTriggersPausedAsync(true, Ct);
        Assert.True(Pause.TriggersPaused);
        await ReopenAsync();
        Assert.True(Pause.TriggersPaused);
        await Pause.SetTriggersPausedAsync(false, Ct);
        await Pause.SetTriggersPausedAsync(false, Ct);
        await ReopenAsync();
        Assert.False(Pause.TriggersPaused);
    }

    [Fact]
    public async Task A_store_that_was_used_is_sound()
    {
        Assert.True((await Maintenance.VerifyAsync(Ct)).IsSound);
        await FillAsync();
        var report = await Maintenance.VerifyAsync(Ct);
        Assert.Equal([], report.Defects);
        Assert.True(report.IsSound);
        Assert.Equal(2, report.Partitions);
        Assert.InRange(report.Records, Kept, 1000);
        Assert.InRange(report.Bytes, report.Records * 5, 1_000_000);
    }

    [Fact]
    public async Task Statistics_count_keys_events_and_history()
    {
        await FillAsync();
        var statistics = await Maintenance.GetStatisticsAsync(Ct);
        Assert.Equal(["shop#0", "shop#3"], statistics.Partitions.Select(p => p.Id.ToString()));
        var shop = statistics.Partitions[0];
        Assert.True(shop.Keys.IsExact);
        Assert.Equal(3, shop.Keys.Count);
        Assert.InRange(shop.Keys.Bytes, 1000, 1200);
        Assert.Equal(2, shop.Events[EventState.Ready].Count);
        Assert.Equal(1, shop.Events[EventState.Outbox].Count);
        Assert.DoesNotContain(EventState.Dead, shop.Events.Keys);
        Assert.Equal(Kept * 3 + 2ul, shop.ChangeLog.Last);
        Assert.InRange(shop.ChangeLog.First, 2ul, Kept * 2 + 3ul);
        Assert.Equal(
            (long)(shop.ChangeLog.Last - shop.ChangeLog.First + 1),
            shop.ChangeLog.Size.Count
        );
        Assert.Empty(statistics.Partitions[1].Events);
    }

    [Fact]
    public async Task What_is_done_is_not_counted()
    {
        await FillAsync();
        var done = (await EventsAsync("f", EventState.Ready))[0].Position;
        await CommittedAsync(c =>
        {
            c.Complete("f"u8, EventState.Ready, done);
            c.Cursor("f"u8, done with { Ordinal = done.Ordinal + 1 });
            c.Delete("k"u8);
        });
        var shop = (await Maintenance.GetStatisticsAsync(Ct)).Partitions[0];
        Assert.Equal(1, shop.Events[EventState.Ready].Count);
        Assert.Equal(2, shop.Keys.Count);
        Assert.True((await Maintenance.VerifyAsync(Ct)).IsSound);
    }

    [Fact]
    public async Task A_closed_store_says_so()
    {
        await Engine.DisposeAsync();
        await ClosedAsync(() => Maintenance.VerifyAsync(Ct));
        await ClosedAsync(() => Maintenance.GetStatisticsAsync(Ct));
        await ClosedAsync(() => Pause.SetTriggersPausedAsync(true, Ct).AsTask());
    }

    private static async Task ClosedAsync(Func<Task> work)
    {
        var error = await Assert.ThrowsAsync<StorageException>(work);
        Assert.Equal(StorageError.Closed, error.Error);
    }

    private async Task FillAsync()
    {
        await CommittedAsync(c =>
        {
            c.Put("large"u8, new byte[1000]);
            c.Put("empty"u8, default);
        });
        for (var i = 0; i < Kept * 3; i++)
        {
            await PutAsync("k", $"{i}");
        }

        await CommittedAsync(c =>
        {
            AddReady(c, "f", "one");
            AddReady(c, "f", "two");
            AddReady(c, "g", "there", target: new PartitionId("shop", 3));
        });
        await PutAsync("other", "1", new PartitionId("shop", 3));
    }
}
