using System.Buffers;
using Waverless.Events;
using Waverless.Kv;

namespace Waverless.Contracts.Storage;

/// <summary>
/// Values with deadlines: absent from their moment of store time on, in apply as in reads, and
/// deleted for good by a commit that everybody can see.
/// </summary>
public abstract class DeadlineContract : StorageContract
{
    [Fact]
    public async Task A_value_is_there_up_to_its_deadline_and_absent_at_it()
    {
        await PutForAsync("k", "v", 1_000);
        Clock.NowMs += 999;
        Assert.Equal("v", await GetAsync("k"));
        Assert.Equal(["k=v"], await ScanAsync(KvRange.Prefix("")));
        Clock.NowMs += 1;
        Assert.Null(await GetAsync("k"));
        Assert.Empty(await ScanAsync(KvRange.Prefix("")));
    }

    [Fact]
    public async Task A_read_tells_the_deadline()
    {
        await PutForAsync("k", "v", 1_000);
        await PutAsync("forever", "v");
        var into = new ArrayBufferWriter<byte>();
        var read = await Engine.GetAsync(P, "k", default, into, Ct);
        Assert.Equal(Clock.NowMs + 1_000, read.DeadlineMs);
        var page = await Engine.ScanAsync(P, KvRange.Prefix(""), default, Ct);
        Assert.Equal([0, Clock.NowMs + 1_000], page.Entries.Select(e => e.DeadlineMs));
    }

    [Fact]
    public async Task Conditions_take_an_expired_value_for_absent()
    {
        var number = await PutForAsync("k", "v", 10);
        Assert.True((await AtAsync(9, c => c.RequirePresent("k"u8))).IsCommitted);
        Assert.Equal(0, (await AtAsync(10, c => c.RequirePresent("k"u8))).FailedCondition);
        Assert.Equal(0, (await AtAsync(10, c => c.RequireRevision("k"u8, number))).FailedCondition);
        Assert.True((await AtAsync(10, c => c.RequireAbsent("k"u8))).IsCommitted);
    }

    [Fact]
    public async Task Store_time_never_goes_back_whatever_a_commit_says()
    {
        await PutForAsync("k", "v", 10);
        Assert.True((await AtAsync(10, _ => { })).IsCommitted);
        Assert.Equal(0, (await AtAsync(0, c => c.RequirePresent("k"u8))).FailedCondition);
        Assert.Null(await GetAsync("k"));
    }

    [Fact]
    public async Task A_lifetime_counts_from_the_store_time_of_its_commit()
    {
        Assert.True((await AtAsync(500, _ => { })).IsCommitted);
        Assert.True((await AtAsync(0, c => c.PutFor("k"u8, "v"u8, 10))).IsCommitted);
        Clock.NowMs += 509;
        Assert.Equal("v", await GetAsync("k"));
        Clock.NowMs += 1;
        Assert.Null(await GetAsync("k"));
    }

    [Fact]
    public async Task A_deadline_that_has_passed_makes_the_value_absent_at_once()
    {
        await CommittedAsync(c => c.PutUntil("k"u8, "v"u8, 1));
        Assert.Null(await GetAsync("k"));
    }

    [Fact]
    public async Task A_lifetime_beyond_all_time_ends_never()
    {
        Assert.True((await AtAsync(0, c => c.PutFor("k"u8, "v"u8, long.MaxValue))).IsCommitted);
        Clock.NowMs += 100_000_000_000;
        Assert.Equal("v", await GetAsync("k"));
    }

    [Fact]
    public async Task Expiring_keys_are_listed_in_order_of_deadline()
    {
        var late = await PutForAsync("late", "v", 300);
        var early = await PutForAsync("early", "v", 100);
        await CommittedAsync(c => c.PutUntil("r"u8, "v"u8, Clock.NowMs + 200, KeyArea.System));
        Assert.Equal(
            [
                (KeyArea.Data, "early", early),
                (KeyArea.System, "r", 3u),
                (KeyArea.Data, "late", late),
            ],
            (await ExpiringAsync()).Select(e => (e.Area, e.Key.ToString(), e.Number))
        );
        Assert.Single(await ExpiringAsync(Clock.NowMs + 199));
        Assert.Single(await ExpiringAsync(limit: 1));
        Assert.Equal(2, (await ExpiringAsync(fromMs: Clock.NowMs + 101)).Count);
        Assert.Equal(3, (await ExpiringAsync(fromMs: Clock.NowMs + 100)).Count);
        await ReopenAsync();
        Assert.Equal(3, (await ExpiringAsync()).Count);
    }

    [Fact]
    public async Task Expiry_deletes_for_good_and_watch_says_so()
    {
        var number = await PutForAsync("k", "v", 10);
        var deadline = Clock.NowMs + 10;
        Assert.True((await AtAsync(10, c => Expire(c, "k", number, deadline))).IsCommitted);
        Assert.Empty(await ExpiringAsync());
        Assert.Equal(
            [KvChangeKind.Set, KvChangeKind.Expire],
            (await WatchAsync(default, 2)).Select(change => change.Kind)
        );
        Clock.NowMs = 0;
        Assert.Null(await GetAsync("k"));
    }

    [Fact]
    public async Task Expiry_before_the_deadline_leaves_the_value()
    {
        var number = await PutForAsync("k", "v", 10);
        Assert.True((await AtAsync(9, c => Expire(c, "k", number, Clock.NowMs + 10))).IsCommitted);
        Assert.Equal("v", await GetAsync("k"));
    }

    [Fact]
    public async Task Expiry_of_a_value_that_was_written_anew_with_its_deadline_leaves_it_listed()
    {
        var number = await PutForAsync("k", "old", 10);
        var deadline = Clock.NowMs + 10;
        var again = await PutForAsync("k", "new", 10);
        Assert.True((await AtAsync(10, c => Expire(c, "k", number, deadline))).IsCommitted);
        Assert.Equal(again, Assert.Single(await ExpiringAsync()).Number);
        Assert.True((await AtAsync(10, c => Expire(c, "k", again, deadline))).IsCommitted);
        Assert.Empty(await ExpiringAsync());
    }

    [Fact]
    public async Task Expiry_of_a_value_that_was_replaced_leaves_the_new_one()
    {
        var number = await PutForAsync("k", "old", 10);
        var deadline = Clock.NowMs + 10;
        await PutAsync("k", "new");
        Assert.True((await AtAsync(10, c => Expire(c, "k", number, deadline))).IsCommitted);
        Assert.Equal("new", await GetAsync("k"));
        Assert.Empty(await ExpiringAsync());
    }

    [Fact]
    public async Task An_event_of_expiry_is_stored_only_if_it_happens()
    {
        var number = await PutForAsync("k", "v", 10);
        var deadline = Clock.NowMs + 10;
        Assert.True((await AtAsync(9, c => ExpireWithEvent(c, number, deadline))).IsCommitted);
        Assert.Empty(await EventsAsync("f", EventState.Ready));
        Assert.True((await AtAsync(10, c => ExpireWithEvent(c, number, deadline))).IsCommitted);
        Assert.Single(await EventsAsync("f", EventState.Ready));
        Assert.True((await AtAsync(11, c => ExpireWithEvent(c, number, deadline))).IsCommitted);
        Assert.Single(await EventsAsync("f", EventState.Ready));
    }

    [Fact]
    public async Task A_key_that_has_expired_counts_as_new()
    {
        await PutForAsync("k", "v", 10);
        Assert.True((await AtAsync(10, c => AddIfNew(c))).IsCommitted);
        Assert.Single(await EventsAsync("f", EventState.Ready));

        static void AddIfNew(Commit commit)
        {
            commit.Put("k"u8, "again"u8);
            AddEvent(commit, EventCondition.KeyWasAbsent, 0);
        }
    }

    [Fact]
    public async Task Deadlines_are_announced_to_the_listener()
    {
        var before = Listener.All.Count;
        await PutAsync("k", "v");
        Assert.Equal(before, Listener.All.Count);
        await PutForAsync("k", "v", 10);
        Assert.Equal(before + 1, Listener.All.Count);
    }

    private ValueTask<ulong> PutForAsync(string key, string value, long ms) =>
        CommittedAsync(c =>
        {
            c.Stamp(default, Clock.NowMs, 0);
            c.PutFor(B(key), B(value), ms);
        });

    private ValueTask<CommitResult> AtAsync(long laterMs, Action<Commit> build) =>
        CommitAsync(c =>
        {
            c.Stamp(default, Clock.NowMs + laterMs, 0);
            build(c);
        });

    private async Task<IReadOnlyList<ExpiringKey>> ExpiringAsync(
        long untilMs = long.MaxValue,
        int limit = 100,
        long fromMs = 0
    ) => await Engine.ReadExpiringAsync(P, fromMs, untilMs, limit, Ct);

    private static void Expire(Commit commit, string key, ulong number, long deadlineMs) =>
        commit.Expire(B(key), number, deadlineMs, KeyArea.Data);

    private static void ExpireWithEvent(Commit commit, ulong number, long deadlineMs)
    {
        Expire(commit, "k", number, deadlineMs);
        AddEvent(commit, EventCondition.KeyExpired, number);
    }

    private static void AddEvent(Commit commit, EventCondition when, ulong number) =>
        commit.AddEvent(
            when,
            "k"u8,
            null,
            "f"u8,
            EventState.Ready,
            0,
            EventPosition.NormalPriority,
            Message("m"),
            number
        );
}
