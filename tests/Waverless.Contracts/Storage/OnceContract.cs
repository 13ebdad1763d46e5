using System.Buffers;
using System.Buffers.Binary;
using Waverless.Events;
using Waverless.Kv;

namespace Waverless.Contracts.Storage;

/// <summary>
/// Events that are stored once while a record lives, and messages that wait for their moment.
/// </summary>
public abstract class OnceContract : StorageContract
{
    private const long LifetimeMs = 60_000;

    private static readonly PartitionId Other = new("shop", 3);
    private static readonly byte[] Fingerprint = [1, 2, 3];

    [Fact]
    public async Task A_second_event_with_the_same_record_is_dropped_and_the_rest_takes_effect()
    {
        await AddOnceAsync("a", "first");
        var second = await CommittedAsync(c =>
        {
            c.Stamp(default, Clock.NowMs, 0);
            c.Put(B("key"), B("value"));
            Add(c, "a", "second");
            AddReady(c, "f", "third");
        });

        Assert.Equal(["first", "third"], await ReadyAsync());
        Assert.Equal(("value", second), await ReadAsync("key"));
        Assert.Equal(
            [
                [],
                [0],
            ],
            Listener.All.Select(heard => heard.Skipped)
        );
    }

    [Fact]
    public async Task Within_one_commit_the_first_event_counts()
    {
        await CommittedAsync(c =>
        {
            Add(c, "a", "first");
            Add(c, "b", "other");
            Add(c, "a", "second");
        });

        Assert.Equal(["first", "other"], await ReadyAsync());
        Assert.Equal([2], Assert.Single(Listener.All).Skipped);
    }

    [Fact]
    public async Task The_record_tells_the_fingerprint_and_which_event_was_stored()
    {
        var number = await CommittedAsync(c =>
        {
            c.Stamp(default, Clock.NowMs, 0);
            AddReady(c, "f", "before");
            Add(c, "a", "first");
        });
        await AddOnceAsync("a", "second");

        var into = new ArrayBufferWriter<byte>();
        var how = new ReadOptions(Area: KeyArea.System);
        var read = await Engine.GetAsync(P, "a", how, into, Ct);
        Assert.Equal(number, read.Number);
        Assert.Equal(Clock.NowMs + LifetimeMs, read.DeadlineMs);
        Assert.Equal(Fingerprint, into.WrittenSpan[..3].ToArray());
        Assert.Equal(number, BinaryPrimitives.ReadUInt64LittleEndian(into.WrittenSpan[3..]));
        Assert.Equal(1, BinaryPrimitives.ReadInt32LittleEndian(into.WrittenSpan[11..]));
        Assert.Null(await GetAsync("a"));
    }

    [Fact]
    public async Task After_the_lifetime_the_event_is_stored_again()
    {
        await AddOnceAsync("a", "first");
        Clock.NowMs += LifetimeMs - 1;
        await AddOnceAsync("a", "too early");
        Clock.NowMs += 1;
        await AddOnceAsync("a", "second");

        Assert.Equal(["first", "second"], await ReadyAsync());
    }

    [Fact]
    public async Task A_restart_forgets_no_record()
    {
        await AddOnceAsync("a", "first");
        await ReopenAsync();
        await AddOnceAsync("a", "second");

        Assert.Equal(["first"], await ReadyAsync());
    }

    [Fact]
    public async Task A_commit_that_fails_leaves_no_record()
    {
        var failed = await CommitAsync(c =>
        {
            c.RequirePresent(B("missing"));
            Add(c, "a", "first");
        });
        Assert.Equal(CommitStatus.ConditionFailed, failed.Status);
        await AddOnceAsync("a", "second");

        Assert.Equal(["second"], await ReadyAsync());
    }

    [Fact]
    public async Task Of_many_at_once_one_is_stored()
    {
        await Task.WhenAll(Enumerable.Range(0, 50).Select(i => AddOnceAsync("a", $"{i}").AsTask()));

        Assert.Single(await ReadyAsync());
        Assert.Equal(49, Listener.All.Count(heard => heard.Skipped.Length == 1));
    }

    [Fact]
    public async Task For_another_partition_the_record_is_asked_where_the_event_is_accepted()
    {
        await CommittedAsync(c =>
        {
            Add(c, "a", "first", target: Other);
            Add(c, "a", "second", target: Other);
        });
        var outbox = await Engine.ReadEventsAsync(
            P,
            new EventQuery("", EventState.Outbox),
            default,
            10,
            Ct
        );
        Assert.Equal(2, outbox.Count);
        foreach (var item in outbox)
        {
            await AcceptAsync(item);
        }

        Assert.Equal(["first"], await ReadyAsync(Other));
        Assert.Empty(await ReadyAsync());

        // What was dropped counts as accepted: it does not come back when the record is gone.
        Clock.NowMs += LifetimeMs;
        await AcceptAsync(outbox[1]);
        Assert.Equal(["first"], await ReadyAsync(Other));
    }

    [Fact]
    public async Task A_record_key_or_fingerprint_that_is_too_long_is_rejected()
    {
        var key = await CommitAsync(c => Add(c, new string('k', 1024 + 513), "x"));
        var print = await CommitAsync(c => Add(c, "a", "x", fingerprint: new byte[65]));

        Assert.Equal(CommitRejection.TooLarge, key.Rejection);
        Assert.Equal(CommitRejection.TooLarge, print.Rejection);
        Assert.Empty(await ReadyAsync());
    }

    [Fact]
    public async Task Delayed_messages_are_kept_apart_in_order_of_their_moment()
    {
        await CommittedAsync(c =>
        {
            AddDelayed(c, "late", 3_000);
            AddDelayed(c, "early", 1_000);
            AddDelayed(c, "middle", 2_000);
        });
        await ReopenAsync();

        var delayed = await EventsAsync("f", EventState.Delayed);
        Assert.Equal(["early", "middle", "late"], delayed.Select(e => e.Payload));
        Assert.Equal([1_000, 2_000, 3_000], delayed.Select(e => e.Position.DueMs));
        Assert.Empty(await ReadyAsync());
        Assert.Empty(await EventsAsync("f", EventState.Due));
        Assert.Equal(["f"], await Engine.ReadEventFunctionsAsync(P, EventState.Delayed, Ct));

        await CommittedAsync(c =>
        {
            c.Complete("f"u8, EventState.Delayed, delayed[0].Position);
            c.Reschedule("f"u8, EventState.Delayed, delayed[1].Position, 9, Message("again"));
        });
        var after = delayed[1].Position;
        Assert.Equal(["late"], Payloads(await EventsAsync("f", EventState.Delayed)));
        Assert.Equal(["late"], Payloads(await EventsAsync("f", EventState.Delayed, after: after)));
        Assert.Equal(["again"], Payloads(await EventsAsync("f", EventState.Due)));
    }

    private static IEnumerable<string> Payloads(
        List<(EventPosition Position, string Payload)> events
    ) => events.Select(e => e.Payload);

    private static void AddDelayed(Commit c, string payload, long dueMs) =>
        c.AddEvent(
            EventCondition.Always,
            default,
            null,
            "f"u8,
            EventState.Delayed,
            dueMs,
            EventPosition.NormalPriority,
            Message(payload)
        );

    private static void Add(
        Commit c,
        string key,
        string payload,
        PartitionId? target = null,
        byte[]? fingerprint = null
    ) =>
        c.AddEventOnce(
            new EventOnce(B(key), LifetimeMs, fingerprint ?? Fingerprint),
            target,
            "f"u8,
            EventState.Ready,
            0,
            EventPosition.NormalPriority,
            Message(payload)
        );

    private ValueTask<ulong> AddOnceAsync(string key, string payload) =>
        CommittedAsync(c =>
        {
            c.Stamp(default, Clock.NowMs, 0);
            Add(c, key, payload);
        });

    private async Task AcceptAsync(StoredEvent item)
    {
        var target = item.Target!.Value;
        await CommittedAsync(
            c =>
            {
                c.Stamp(default, Clock.NowMs, 0);
                c.Accept(
                    P,
                    item.Position.Revision,
                    item.Position.Ordinal,
                    B(target.Function),
                    target.State,
                    target.DueMs,
                    target.Priority,
                    EventRecord.Decode(item.Record.Span)!,
                    target.Once
                );
            },
            target.Partition
        );
    }

    private async Task<List<string>> ReadyAsync(PartitionId? p = null) =>
        [.. Payloads(await EventsAsync("f", EventState.Ready, p))];
}
