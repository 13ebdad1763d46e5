using Waverless.Events;
using Waverless.Kv;

namespace Waverless.Contracts.Storage;

/// <summary>What was acknowledged is there after a restart.</summary>
public abstract class ReopenContract : StorageContract
{
    [Fact]
    public async Task Everything_is_there_after_a_restart()
    {
        var other = new PartitionId("bank", 9);
        await PutAsync("k", "v");
        await PutAsync("k", "w", other);
        await CommittedAsync(c =>
        {
            AddReady(c, "f", "one");
            AddReady(c, "f", "away", target: other);
        });
        await ReopenAsync();
        Assert.Equal(("v", 1u), await ReadAsync("k"));
        Assert.Equal("w", await GetAsync("k", other));
        Assert.Equal(["one"], (await EventsAsync("f", EventState.Ready)).Select(e => e.Payload));
        Assert.Single(await EventsOfOutboxAsync());
        Assert.Equal([other, P], Engine.Partitions.OrderBy(p => p.App));
    }

    [Fact]
    public async Task Revisions_go_on_where_they_stopped_in_the_same_incarnation()
    {
        await PutAsync("k", "1");
        var last = await CommitAsync(c => c.Put("k"u8, "2"u8));
        for (var i = 3; i < 6; i++)
        {
            await ReopenAsync();
            var next = await CommitAsync(c => c.Put("k"u8, "next"u8));
            Assert.Equal(last.Revision with { Number = (ulong)i }, next.Revision);
        }
    }

    [Fact]
    public async Task Conditions_hold_across_a_restart()
    {
        var number = await PutAsync("k", "1");
        await ReopenAsync();
        var result = await CommitAsync(c =>
        {
            c.RequireRevision("k"u8, number);
            c.RequireRangeUnchanged("a"u8, "z"u8, number);
            c.RequireAbsent("other"u8);
        });
        Assert.True(result.IsCommitted);
    }

    [Fact]
    public async Task An_empty_engine_has_nothing()
    {
        Assert.Empty(Engine.Partitions);
        await ReopenAsync();
        Assert.Empty(Engine.Partitions);
        Assert.Null(await GetAsync("k"));
        Assert.Empty(await ScanAsync(KvRange.Prefix(string.Empty)));
        Assert.Empty(await EventsAsync("f", EventState.Ready));
    }

    [Fact]
    public async Task Reading_a_partition_does_not_create_it()
    {
        Assert.Null(await GetAsync("k"));
        Assert.Empty(await ScanAsync(KvRange.Prefix(string.Empty)));
        Assert.Empty(Engine.Partitions);
    }

    [Fact]
    public async Task Many_partitions_stay_apart()
    {
        for (var i = 0; i < PartitionId.CountMax; i++)
        {
            await PutAsync("k", $"{i}", new PartitionId("shop", i));
        }

        await ReopenAsync();
        Assert.Equal(PartitionId.CountMax, Engine.Partitions.Count);
        for (var i = 0; i < PartitionId.CountMax; i++)
        {
            Assert.Equal($"{i}", await GetAsync("k", new PartitionId("shop", i)));
        }
    }

    private ValueTask<IReadOnlyList<StoredEvent>> EventsOfOutboxAsync() =>
        Engine.ReadEventsAsync(P, new EventQuery(string.Empty, EventState.Outbox), default, 10, Ct);
}
