using CsCheck;
using Waverless.Events;
using Waverless.Invocations.Idempotency;
using Waverless.Kv;
using Waverless.Maintenance;
using Waverless.Timers;

namespace Waverless.Contracts.Storage;

/// <summary>Timers and delayed messages are counted exactly and bounded with the commit.</summary>
public abstract class DeferredContract : StorageContract
{
    private static readonly PartitionId Other = new("shop", 1);

    private static readonly Gen<(int Kind, int Name)> GenOperation = Gen.Select(
        Gen.Int[0, 6],
        Gen.Int[0, 4]
    );

    private DeferredCounts Counts => ((IDeferredWork)Engine).DeferredIn(P);

    [Fact]
    public async Task A_timer_above_the_bound_is_refused_and_one_that_replaces_another_is_not()
    {
        await CommittedAsync(c => Set(c, "a", timers: 2));
        await CommittedAsync(c => Set(c, "b", timers: 2));
        var refused = await CommitAsync(c => Set(c, "c", timers: 2));
        Assert.Equal(CommitRejection.Overloaded, refused.Rejection);
        Assert.Contains("3 timers; expected at most 2", refused.Reason, StringComparison.Ordinal);
        await CommittedAsync(c => Set(c, "b", timers: 2));
        await CommittedAsync(c =>
        {
            c.Delete(Timer("a"), KeyArea.System);
            Set(c, "c", timers: 2);
        });
        Assert.Equal(new DeferredCounts(2, 0), Counts);
    }

    [Fact]
    public async Task A_timer_that_one_commit_sets_twice_counts_once()
    {
        await CommittedAsync(c =>
        {
            Set(c, "a", timers: 1);
            c.Delete(Timer("a"), KeyArea.System);
            Set(c, "a", timers: 1);
        });
        Assert.Equal(new DeferredCounts(1, 0), Counts);
    }

    [Fact]
    public async Task A_delayed_message_above_the_bound_is_refused_until_one_has_ended()
    {
        var first = await CommittedAsync(c => Delay(c, messages: 1));
        var refused = await CommitAsync(c =>
        {
            c.Put("beside"u8, "x"u8);
            Delay(c, messages: 1);
        });
        Assert.Equal(CommitRejection.Overloaded, refused.Rejection);
        Assert.Null(await GetAsync("beside"));
        await CommittedAsync(c => Complete(c, first));
        await CommittedAsync(c => Delay(c, messages: 1));
        Assert.Equal(new DeferredCounts(0, 1), Counts);
    }

    [Fact]
    public async Task The_end_of_the_reserve_is_the_disks_to_refuse()
    {
        await CommittedAsync(c => Delay(c, messages: 1, isReserve: true));
        var refused = await CommitAsync(c => Delay(c, messages: 1, isReserve: true));
        Assert.Equal(CommitRejection.StorageFull, refused.Rejection);
        refused = await CommitAsync(c => Set(c, "a", timers: 0, isReserve: true));
        Assert.Equal(CommitRejection.StorageFull, refused.Rejection);
    }

    [Fact]
    public async Task A_message_that_ends_twice_is_counted_once()
    {
        var first = await CommittedAsync(c => Delay(c, messages: 9));
        await CommittedAsync(c => Delay(c, messages: 9));
        await CommittedAsync(c => Complete(c, first));
        await CommittedAsync(c => Complete(c, first));
        Assert.Equal(new DeferredCounts(0, 1), Counts);
    }

    [Fact]
    public async Task What_comes_from_another_partition_counts_and_goes_no_further_than_the_bound()
    {
        await CommittedAsync(c => Accept(c, revision: 1, messages: 1));
        var refused = await CommitAsync(c => Accept(c, revision: 2, messages: 1));
        Assert.Equal(CommitRejection.StorageFull, refused.Rejection);

        // Offered again, the first is dropped: nothing is added.
        await CommitAsync(c => Accept(c, revision: 1, messages: 2));
        Assert.Equal(new DeferredCounts(0, 1), Counts);
    }

    [Fact]
    public async Task A_retry_and_a_dead_letter_are_no_delayed_messages_any_more()
    {
        var one = await CommittedAsync(c => Delay(c, messages: 9));
        var two = await CommittedAsync(c => Delay(c, messages: 9));
        await CommittedAsync(c =>
        {
            c.Reschedule(B("run"), EventState.Delayed, At(one), 90_000, Message("later"));
            c.Bury(B("run"), EventState.Delayed, At(two), Message("dead"));
        });
        Assert.Equal(default, Counts);
    }

    [Fact]
    public async Task Idempotency_keys_are_counted_until_they_expire()
    {
        var key = IdempotencyScope.OfBatch("k");
        await CommittedAsync(c => c.PutUntil(key, "answer"u8, 5_000, KeyArea.System));
        await CommittedAsync(Once);
        Assert.Equal(new DeferredCounts(0, 0, 2), Counts);
        await CommittedAsync(Once);
        Assert.Equal(new DeferredCounts(0, 0, 2), Counts);
        await ReopenAsync();
        foreach (var due in await Engine.ReadExpiringAsync(P, 0, long.MaxValue, 10, Ct))
        {
            await CommittedAsync(c =>
            {
                c.Stamp(default, 10_000, 1);
                c.Expire(due.Key.Span, due.Number, due.DeadlineMs, due.Area);
                c.Expire(due.Key.Span, due.Number, due.DeadlineMs, due.Area);
            });
        }

        Assert.Equal(default, Counts);
        Assert.Equal([], (await ((IStoreMaintenance)Engine).VerifyAsync(Ct)).Defects);

        static void Once(Commit c) =>
            c.AddEventOnce(
                new EventOnce(
                    IdempotencyScope.OfMessage("p", new("shop", "run"), "k"),
                    5_000,
                    default
                ),
                null,
                B("run"),
                EventState.Ready,
                0,
                EventPosition.NormalPriority,
                Message("m")
            );
    }

    [Fact]
    public async Task Watches_are_counted_while_they_go_on()
    {
        await PutAsync("k", "v");
        Assert.Equal(0, ((IDeferredWork)Engine).Watches);
        await foreach (var _ in Engine.WatchAsync(P, default, Ct))
        {
            Assert.Equal(1, ((IDeferredWork)Engine).Watches);
            break;
        }

        Assert.Equal(0, ((IDeferredWork)Engine).Watches);
    }

    [Fact]
    public async Task The_bound_is_exact_when_many_write_at_once()
    {
        const int Room = 20;
        var results = await Task.WhenAll(
            Enumerable
                .Range(0, 100)
                .Select(i => Task.Run(() => CommitAsync(c => Set(c, $"t{i}", Room)).AsTask()))
        );
        Assert.Equal(Room, results.Count(result => result.IsCommitted));
        Assert.Equal(new DeferredCounts(Room, 0), Counts);
    }

    [Fact]
    public async Task The_count_is_that_of_a_walk_whatever_is_written_and_survives_a_restart() =>
        await GenOperation
            .Array[1, 5]
            .Array[1, 30]
            .SampleAsync(
                async commits =>
                {
                    foreach (var operations in commits)
                    {
                        await CommitAsync(c => Add(c, operations));
                    }

                    var before = Counts;
                    await ReopenAsync();
                    Assert.Equal(before, Counts);
                    var report = await ((IStoreMaintenance)Engine).VerifyAsync(Ct);
                    Assert.Equal([], report.Defects);
                },
                iter: 10,
                threads: 1
            );

    private static void Add(Commit c, (int Kind, int Name)[] operations)
    {
        // What ends was there before: no commit ends a message of its own.
        foreach (var (kind, name) in operations.OrderByDescending(item => item.Kind == 4))
        {
            switch (kind)
            {
                case 0:
                    c.Delete(Timer($"t{name}"), KeyArea.System);
                    break;
                case 1:
                    c.DeleteIfRevision(Timer($"t{name}"), (ulong)name, KeyArea.System);
                    break;
                case 2:
                    c.Put(Timer($"t{name}"), "declared"u8, KeyArea.System);
                    break;
                case 3:
                    Set(c, $"t{name}", timers: 4);
                    break;
                case 4:
                    Complete(c, (ulong)name + 1);
                    break;
                default:
                    Delay(c, messages: 6);
                    break;
            }
        }
    }

    private static byte[] Timer(string name) => TimerKeys.TimerOf(name, isDeclared: false);

    private static EventPosition At(ulong revision) =>
        new(60_000, EventPosition.NormalPriority, revision, 0);

    private static void Set(Commit c, string name, long timers, bool isReserve = false)
    {
        c.Put(Timer(name), "timer"u8, KeyArea.System);
        c.DeferredMax(new DeferredCounts(timers, long.MaxValue), isReserve);
    }

    private static void Delay(Commit c, long messages, bool isReserve = false)
    {
        c.DeferredMax(new DeferredCounts(long.MaxValue, messages), isReserve);
        c.AddEvent(
            EventCondition.Always,
            default,
            null,
            B("run"),
            EventState.Delayed,
            60_000,
            EventPosition.NormalPriority,
            Message("m")
        );
    }

    private static void Complete(Commit c, ulong revision) =>
        c.Complete(B("run"), EventState.Delayed, At(revision));

    private static void Accept(Commit c, ulong revision, long messages)
    {
        c.DeferredMax(new DeferredCounts(0, messages), isReserve: true);
        c.Accept(
            Other,
            revision,
            0,
            B("run"),
            EventState.Delayed,
            60_000,
            EventPosition.NormalPriority,
            Message("m")
        );
    }
}
