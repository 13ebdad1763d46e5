using System.Text;
using Waverless.Events;
using Waverless.Kv;

namespace Waverless.Contracts.Storage;

/// <summary>Event records: stored with data, run in order, completed, retried, buried.</summary>
public abstract class EventContract : StorageContract
{
    [Fact]
    public async Task A_page_ends_with_the_record_that_fills_its_bytes_and_goes_on_behind_it()
    {
        for (var i = 0; i < 10; i++)
        {
            var payload = $"{i}{new string('x', 999)}";
            await CommittedAsync(c => AddReady(c, "run", payload, priority: (byte)(i / 5)));
        }

        var query = new EventQuery("run", EventState.Ready) { BytesMax = 2_500 };
        var seen = new List<char>();
        var sizes = new List<int>();
        var after = default(EventPosition);
        while (true)
        {
            var page = await Engine.ReadEventsAsync(P, query, after, 1_000, Ct);
            sizes.Add(page.Count);
            seen.AddRange(
                page.Select(e => (char)EventRecord.Decode(e.Record.Span)!.Payload.Span[0])
            );
            if (query.IsLast(page, 1_000))
            {
                break;
            }

            after = page[^1].Position;
        }

        Assert.Equal("0123456789", string.Concat(seen));
        Assert.Equal([3, 3, 3, 1], sizes);
        Assert.Single(await Engine.ReadEventsAsync(P, query with { BytesMax = 1 }, default, 9, Ct));
    }

    [Fact]
    public async Task Events_are_stored_with_the_data_in_the_order_of_their_commits()
    {
        await CommittedAsync(c =>
        {
            c.Put("k"u8, "v"u8);
            AddReady(c, "f", "one");
            AddReady(c, "g", "other");
            AddReady(c, "f", "two");
        });
        await CommittedAsync(c => AddReady(c, "f", "three"));
        var events = await EventsAsync("f", EventState.Ready);
        Assert.Equal(["one", "two", "three"], events.Select(e => e.Payload));
        Assert.Equal([new(0, 128, 1, 0), new(0, 128, 1, 2), new(0, 128, 2, 0)], Positions(events));
        Assert.Equal("v", await GetAsync("k"));
    }

    [Fact]
    public async Task A_failed_commit_stores_no_event()
    {
        var result = await CommitAsync(c =>
        {
            c.RequirePresent("k"u8);
            AddReady(c, "f", "one");
        });
        Assert.Equal(CommitStatus.ConditionFailed, result.Status);
        Assert.Empty(await EventsAsync("f", EventState.Ready));
        Assert.Empty(Listener.All);
    }

    [Fact]
    public async Task An_event_can_be_ended_by_one_of_several_that_try()
    {
        await CommittedAsync(c => AddReady(c, "f", "one"));
        var position = Assert.Single(await EventsAsync("f", EventState.Ready)).Position;
        void End(Commit c)
        {
            c.RequireEvent("f"u8, EventState.Ready, position);
            c.Put("k"u8, "v"u8);
            c.Complete("f"u8, EventState.Ready, position);
        }

        var results = await Task.WhenAll(
            Enumerable.Range(0, 8).Select(_ => CommitAsync(End).AsTask())
        );
        Assert.Single(results, result => result.IsCommitted);
        Assert.All(
            results.Where(result => !result.IsCommitted),
            result =>
                Assert.Equal(
                    (CommitStatus.ConditionFailed, 0),
                    (result.Status, result.FailedCondition)
                )
        );
        Assert.Empty(await EventsAsync("f", EventState.Ready));
        Assert.Equal(CommitStatus.ConditionFailed, (await CommitAsync(End)).Status);
    }

    [Fact]
    public async Task An_event_that_has_moved_is_not_the_one_that_was_there()
    {
        await CommittedAsync(c => AddReady(c, "f", "one"));
        var stored = Assert.Single(await EventsAsync("f", EventState.Ready));
        await CommittedAsync(c =>
            c.Reschedule("f"u8, EventState.Ready, stored.Position, 5_000, Message("one"))
        );
        var moved = await CommitAsync(c =>
            c.RequireEvent("f"u8, EventState.Ready, stored.Position)
        );
        Assert.Equal(CommitStatus.ConditionFailed, moved.Status);
        var due = Assert.Single(await EventsAsync("f", EventState.Due)).Position;
        await CommittedAsync(c =>
        {
            c.RequireEvent("f"u8, EventState.Due, due);
            c.Put("k"u8, "v"u8);
        });
    }

    [Fact]
    public async Task A_lower_priority_number_runs_first()
    {
        await CommittedAsync(c =>
        {
            AddReady(c, "f", "normal");
            AddReady(c, "f", "urgent", priority: 1);
            AddReady(c, "f", "late", priority: 200);
        });
        var events = await EventsAsync("f", EventState.Ready);
        Assert.Equal(["urgent", "normal", "late"], events.Select(e => e.Payload));
        var rest = await EventsAsync("f", EventState.Ready, after: events[0].Position);
        Assert.Equal(["normal", "late"], rest.Select(e => e.Payload));
    }

    [Fact]
    public async Task Due_events_are_ordered_by_their_time()
    {
        await CommittedAsync(c =>
        {
            Due(c, 3000, "third");
            Due(c, 1000, "first");
            Due(c, 2000, "second");
        });
        var events = await EventsAsync("f", EventState.Due);
        Assert.Equal(["first", "second", "third"], events.Select(e => e.Payload));
        Assert.Equal(new EventPosition(1000, 128, 1, 1), events[0].Position);
        Assert.Empty(await EventsAsync("f", EventState.Ready));
    }

    [Fact]
    public async Task Reading_is_bounded_and_continues_after_a_position()
    {
        await CommittedAsync(c =>
        {
            for (var i = 0; i < 10; i++)
            {
                AddReady(c, "f", $"{i}");
            }
        });
        var page = await EventsAsync("f", EventState.Ready, limit: 4);
        Assert.Equal(["0", "1", "2", "3"], page.Select(e => e.Payload));
        page = await EventsAsync("f", EventState.Ready, after: page[^1].Position, limit: 4);
        Assert.Equal(["4", "5", "6", "7"], page.Select(e => e.Payload));
    }

    [Fact]
    public async Task Conditional_events_depend_on_the_key_before_the_commit()
    {
        await CommittedAsync(c => SetWithConditionalEvents(c));
        await CommittedAsync(c => SetWithConditionalEvents(c));
        Assert.Equal(["1"], (await EventsAsync("new", EventState.Ready)).Select(Revision));
        Assert.Equal(["2"], (await EventsAsync("old", EventState.Ready)).Select(Revision));
        Assert.Equal([1], Listener.All[0].Skipped);
        Assert.Equal([0], Listener.All[1].Skipped);

        static void SetWithConditionalEvents(Commit c)
        {
            c.Put("k"u8, "v"u8);
            Conditional(c, EventCondition.KeyWasAbsent, "new");
            Conditional(c, EventCondition.KeyWasPresent, "old");
        }

        static string Revision((EventPosition Position, string Payload) e) =>
            $"{e.Position.Revision}";
    }

    [Fact]
    public async Task An_event_that_asks_for_it_carries_the_value_that_its_commit_removed()
    {
        await PutAsync("k", "old");
        await CommittedAsync(c =>
        {
            c.Put("k"u8, "newer"u8);
            Gone(c);
        });
        await CommittedAsync(c =>
        {
            c.Put("long"u8, new byte[EventRecord.ValueBytesMax + 1]);
            c.Delete("k"u8);
            Gone(c);
        });
        await CommittedAsync(c =>
        {
            c.Delete("long"u8);
            Gone(c, "long");
        });
        await ReopenAsync();
        var stored = await Engine.ReadEventsAsync(P, new("f", EventState.Ready), default, 10, Ct);
        var records = stored.Select(item => EventRecord.Decode(item.Record.Span)!).ToList();
        Assert.Equal(
            ["old", "newer", ""],
            records.Select(record => Encoding.UTF8.GetString(record.Payload.Span))
        );
        Assert.Equal(
            [EventFlags.HasValue, EventFlags.HasValue, EventFlags.None],
            records.Select(record => record.Flags)
        );

        static void Gone(Commit c, string key = "k") =>
            c.AddEvent(
                EventCondition.KeyWasPresent,
                B(key),
                null,
                "f"u8,
                EventState.Ready,
                0,
                128,
                new EventRecord
                {
                    Kind = EventKind.KeyDelete,
                    Key = B(key),
                    Flags = EventFlags.WantsOldValue,
                }
            );
    }

    [Fact]
    public async Task A_completion_removes_the_record_in_the_commit_of_its_effects()
    {
        await CommittedAsync(c =>
        {
            AddReady(c, "f", "one");
            AddReady(c, "f", "two");
        });
        var events = await EventsAsync("f", EventState.Ready);
        await CommittedAsync(c =>
        {
            c.Put("result"u8, "1"u8);
            c.Complete("f"u8, EventState.Ready, events[0].Position);
        });
        Assert.Equal(["two"], (await EventsAsync("f", EventState.Ready)).Select(e => e.Payload));
        Assert.Equal("1", await GetAsync("result"));
    }

    [Fact]
    public async Task A_completion_in_a_failed_commit_leaves_the_record()
    {
        await CommittedAsync(c => AddReady(c, "f", "one"));
        var position = (await EventsAsync("f", EventState.Ready))[0].Position;
        await CommitAsync(c =>
        {
            c.RequirePresent("nothing"u8);
            c.Complete("f"u8, EventState.Ready, position);
        });
        Assert.Single(await EventsAsync("f", EventState.Ready));
    }

    [Fact]
    public async Task A_retry_keeps_the_identity_and_counts_the_attempt()
    {
        await CommittedAsync(c => AddReady(c, "f", "one"));
        var first = (await EventsAsync("f", EventState.Ready))[0].Position;
        var again = Message("one") with { Attempt = 1, LastError = "boom" };
        await CommittedAsync(c => c.Reschedule("f"u8, EventState.Ready, first, 5000, again));
        Assert.Empty(await EventsAsync("f", EventState.Ready));
        var stored = Assert.Single(
            await Engine.ReadEventsAsync(P, new("f", EventState.Due), default, 10, Ct)
        );
        Assert.Equal(first with { DueMs = 5000 }, stored.Position);
        Assert.Equal(1, EventRecord.Decode(stored.Record.Span)!.Attempt);
        var once = again with { Attempt = 2 };
        await CommittedAsync(c => c.Reschedule("f"u8, EventState.Due, stored.Position, 9000, once));
        Assert.Equal(
            [first with { DueMs = 9000 }],
            Positions(await EventsAsync("f", EventState.Due))
        );
        await CommittedAsync(c => c.Complete("f"u8, EventState.Due, first with { DueMs = 9000 }));
        Assert.Empty(await EventsAsync("f", EventState.Due));
    }

    [Fact]
    public async Task A_dead_letter_keeps_its_last_record_until_it_is_completed()
    {
        await CommittedAsync(c => Due(c, 1000, "one"));
        var due = (await EventsAsync("f", EventState.Due))[0].Position;
        await CommittedAsync(c =>
            c.Bury("f"u8, EventState.Due, due, Message("one") with { LastError = "no" })
        );
        Assert.Empty(await EventsAsync("f", EventState.Due));
        var stored = Assert.Single(
            await Engine.ReadEventsAsync(P, new("f", EventState.Dead), default, 10, Ct)
        );
        Assert.Equal(due with { DueMs = 0 }, stored.Position);
        Assert.Equal("no", EventRecord.Decode(stored.Record.Span)!.LastError);
        await CommittedAsync(c => c.Complete("f"u8, EventState.Dead, stored.Position));
        Assert.Empty(await EventsAsync("f", EventState.Dead));
    }

    [Fact]
    public async Task Functions_with_records_are_named_by_state()
    {
        await CommittedAsync(c =>
        {
            AddReady(c, "ready", "1");
            AddReady(c, "ready", "2", priority: 1);
            AddReady(c, "drained", "1");
            Due(c, 1000, "1");
        });
        var drained = (await EventsAsync("drained", EventState.Ready))[0].Position;
        await CommittedAsync(c => c.Complete("drained"u8, EventState.Ready, drained));
        await ReopenAsync();
        Assert.Equal(["ready"], await Engine.ReadEventFunctionsAsync(P, EventState.Ready, Ct));
        Assert.Equal(["f"], await Engine.ReadEventFunctionsAsync(P, EventState.Due, Ct));
        Assert.Empty(await Engine.ReadEventFunctionsAsync(P, EventState.Dead, Ct));
        Assert.Empty(await Engine.ReadEventFunctionsAsync(new("nobody", 0), EventState.Ready, Ct));
    }

    [Fact]
    public async Task A_cursor_hides_what_is_below_it_and_nothing_that_comes_later()
    {
        await CommittedAsync(c =>
        {
            AddReady(c, "f", "one");
            AddReady(c, "f", "two");
        });
        var events = await EventsAsync("f", EventState.Ready);
        await CommittedAsync(c =>
        {
            c.Complete("f"u8, EventState.Ready, events[0].Position);
            c.Cursor("f"u8, events[1].Position);
        });
        await CommittedAsync(c =>
        {
            AddReady(c, "f", "urgent", priority: 1);
            AddReady(c, "f", "three");
        });
        await ReopenAsync();
        Assert.Equal(
            ["urgent", "two", "three"],
            (await EventsAsync("f", EventState.Ready)).Select(e => e.Payload)
        );
    }

    [Fact]
    public async Task A_cursor_never_goes_back()
    {
        await CommittedAsync(c =>
        {
            AddReady(c, "f", "one");
            AddReady(c, "f", "two");
        });
        var events = await EventsAsync("f", EventState.Ready);
        await CommittedAsync(c => c.Cursor("f"u8, events[1].Position));
        await CommittedAsync(c => c.Cursor("f"u8, events[0].Position));
        Assert.Equal(["two"], (await EventsAsync("f", EventState.Ready)).Select(e => e.Payload));
    }

    [Fact]
    public async Task The_listener_hears_each_commit_with_events_in_revision_order()
    {
        await PutAsync("k", "v");
        await Task.WhenAll(
            Enumerable
                .Range(0, 8)
                .Select(_ =>
                    Task.Run(async () =>
                    {
                        for (var i = 0; i < 50; i++)
                        {
                            await CommittedAsync(c => AddReady(c, "f", "x"));
                        }
                    })
                )
        );
        var heard = Listener.All;
        Assert.Equal(Enumerable.Range(2, 400), heard.Select(h => (int)h.Revision.Number));
        Assert.All(heard, h => Assert.Equal((P, 1), (h.P, h.Events)));
        Assert.Equal(400, (await EventsAsync("f", EventState.Ready)).Count);
    }

    private static IEnumerable<EventPosition> Positions(
        List<(EventPosition Position, string Payload)> events
    ) => events.Select(e => e.Position);

    private static void Due(Commit c, long dueMs, string payload) =>
        c.AddEvent(
            EventCondition.Always,
            default,
            null,
            "f"u8,
            EventState.Due,
            dueMs,
            128,
            Message(payload)
        );

    private static void Conditional(Commit c, EventCondition when, string function) =>
        c.AddEvent(when, "k"u8, null, B(function), EventState.Ready, 0, 128, Message(function));
}
