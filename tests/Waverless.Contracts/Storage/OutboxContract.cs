using Waverless.Events;
using Waverless.Kv;

namespace Waverless.Contracts.Storage;

/// <summary>Events for other partitions wait in the outbox and are accepted once.</summary>
public abstract class OutboxContract : StorageContract
{
    private static readonly PartitionId Other = new("shop", 3);

    [Fact]
    public async Task An_event_for_another_partition_goes_to_the_outbox_with_its_address()
    {
        await CommittedAsync(c =>
        {
            AddReady(c, "f", "there", priority: 7, target: Other);
            AddReady(c, "g", "here", target: P);
            c.AddEvent(
                EventCondition.Always,
                default,
                new PartitionId("bank", 0),
                "h"u8,
                EventState.Due,
                5000,
                128,
                Message("later")
            );
        });
        var outbox = await OutboxAsync();
        Assert.Equal(
            [
                new OutboxTarget(Other, "f", EventState.Ready, 0, 7),
                new OutboxTarget(new PartitionId("bank", 0), "h", EventState.Due, 5000, 128),
            ],
            outbox.Select(e => e.Target!.Value)
        );
        Assert.Equal(
            [(1u, 0), (1u, 2)],
            outbox.Select(e => ((uint)e.Position.Revision, e.Position.Ordinal))
        );
        Assert.Equal("there", Payload(outbox[0]));
        Assert.Equal(["here"], (await EventsAsync("g", EventState.Ready)).Select(e => e.Payload));
        Assert.Empty(await EventsAsync("f", EventState.Ready, Other));
        Assert.Equal([""], await Engine.ReadEventFunctionsAsync(P, EventState.Outbox, Ct));
    }

    [Fact]
    public async Task A_sent_event_leaves_the_outbox()
    {
        await CommittedAsync(c =>
        {
            AddReady(c, "f", "one", priority: 7, target: Other);
            AddReady(c, "f", "two", target: Other);
        });

        // The sender may know the position from memory, with the priority at the target.
        await CommittedAsync(c => c.Sent(new EventPosition(0, 7, 1, 0)));
        Assert.Equal(["two"], (await OutboxAsync()).Select(Payload));
    }

    [Fact]
    public async Task An_event_is_accepted_once_however_often_it_is_sent()
    {
        await AcceptAsync(revision: 9, ordinal: 0);
        await AcceptAsync(revision: 9, ordinal: 1);
        await AcceptAsync(revision: 9, ordinal: 0);
        await ReopenAsync();
        await AcceptAsync(revision: 9, ordinal: 1);
        var events = await EventsAsync("f", EventState.Ready, Other);
        Assert.Equal(["9.0", "9.1"], events.Select(e => e.Payload));
        Assert.Equal([1u, 2u], events.Select(e => (uint)e.Position.Revision));
        Assert.Equal(
            [
                [],
                [],
                [0],
                [0],
            ],
            Listener.All.Select(h => h.Skipped)
        );
    }

    [Fact]
    public async Task An_event_is_accepted_once_within_a_commit()
    {
        await CommittedAsync(
            c =>
            {
                Accept(c, P, 9, 0);
                Accept(c, P, 9, 0);
                Accept(c, P, 9, 1);
            },
            Other
        );
        var events = await EventsAsync("f", EventState.Ready, Other);
        Assert.Equal([0, 2], events.Select(e => e.Position.Ordinal));
        Assert.Equal([1], Assert.Single(Listener.All).Skipped);
    }

    [Fact]
    public async Task Sources_do_not_stand_in_each_others_way()
    {
        await CommittedAsync(
            c =>
            {
                Accept(c, P, 9, 0);
                Accept(c, new PartitionId("shop", 1), 9, 0);
                Accept(c, new PartitionId("bank", 0), 9, 0);
            },
            Other
        );
        Assert.Equal(3, (await EventsAsync("f", EventState.Ready, Other)).Count);
    }

    [Fact]
    public async Task An_accepted_event_stays_accepted_after_its_completion()
    {
        await AcceptAsync(revision: 9, ordinal: 0);
        var position = (await EventsAsync("f", EventState.Ready, Other))[0].Position;
        await CommittedAsync(c => c.Complete("f"u8, EventState.Ready, position), Other);
        await AcceptAsync(revision: 9, ordinal: 0);
        Assert.Empty(await EventsAsync("f", EventState.Ready, Other));
    }

    [Fact]
    public async Task Acceptance_is_remembered_over_thousands_of_events_and_restarts()
    {
        const int Count = 5000;
        for (var from = 0; from < Count; from += 500)
        {
            await AcceptRangeAsync(from, 500);
        }

        await AcceptRangeAsync(0, 10);
        await AcceptRangeAsync(Count - 600, 600);
        await ReopenAsync();
        await AcceptRangeAsync(0, 10);
        await AcceptRangeAsync(Count - 600, 601);
        var heard = Listener.All;
        Assert.Equal([10, 600, 10, 600], heard.Skip(10).Select(h => h.Skipped.Length));
        Assert.All(heard.Take(10), h => Assert.Empty(h.Skipped));
        var events = await EventsAsync("f", EventState.Ready, Other, limit: Count * 2);
        Assert.Equal(Count + 1, events.Select(e => e.Payload).Distinct().Count());
        Assert.Equal(Count + 1, events.Count);
    }

    [Fact]
    public async Task Events_may_be_accepted_out_of_order()
    {
        await AcceptAsync(revision: 9, ordinal: 5);
        await AcceptAsync(revision: 3, ordinal: 1);
        await AcceptAsync(revision: 9, ordinal: 2);
        Assert.All(Listener.All, h => Assert.Empty(h.Skipped));
        Assert.Equal(3, (await EventsAsync("f", EventState.Ready, Other)).Count);
    }

    private async Task AcceptRangeAsync(int from, int count) =>
        await CommittedAsync(
            c =>
            {
                for (var i = from; i < from + count; i++)
                {
                    Accept(c, P, (ulong)(i / 2), i % 2);
                }
            },
            Other
        );

    private static string Payload(StoredEvent e) =>
        System.Text.Encoding.UTF8.GetString(EventRecord.Decode(e.Record.Span)!.Payload.Span);

    private static void Accept(Commit c, PartitionId source, ulong revision, int ordinal) =>
        c.Accept(
            source,
            revision,
            ordinal,
            "f"u8,
            EventState.Ready,
            0,
            128,
            Message($"{revision}.{ordinal}")
        );

    private ValueTask<ulong> AcceptAsync(ulong revision, int ordinal) =>
        CommittedAsync(c => Accept(c, P, revision, ordinal), Other);

    private async ValueTask<IReadOnlyList<StoredEvent>> OutboxAsync() =>
        await Engine.ReadEventsAsync(
            P,
            new EventQuery(string.Empty, EventState.Outbox),
            default,
            100,
            Ct
        );
}
