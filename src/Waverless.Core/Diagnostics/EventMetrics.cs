using System.Diagnostics;
using System.Diagnostics.Metrics;
using Waverless.Apps;
using Waverless.Events;
using Waverless.Kv;

namespace Waverless.Diagnostics;

/// <summary>Measures what waits, what fails and what became of it.</summary>
internal sealed class EventMetrics
{
    private readonly Meter _meter;
    private readonly Counter<long> _failures;
    private readonly Counter<long> _deadLetters;
    private readonly Counter<long> _removed;

    public EventMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(WaverlessTelemetry.EventsMeterName);
        _failures = _meter.CreateCounter<long>(
            WaverlessTelemetry.EventFailures,
            "{attempt}",
            "Failed attempts to run events."
        );
        _deadLetters = _meter.CreateCounter<long>(
            WaverlessTelemetry.DeadLettersAdded,
            "{event}",
            "Events that became dead letters."
        );
        _removed = _meter.CreateCounter<long>(
            WaverlessTelemetry.DeadLettersRemoved,
            "{event}",
            "Dead letters and parked events that went."
        );
    }

    /// <summary>Begins to observe what a node holds.</summary>
    public void Observe(Backlog backlog, EventPump pump, TimeProvider time)
    {
        _meter.CreateObservableGauge(
            WaverlessTelemetry.EventBacklog,
            () => backlog.All.Select(item => Of(item.App, item.Count)),
            "{event}",
            "Events that wait or run."
        );
        _meter.CreateObservableGauge(
            WaverlessTelemetry.DeadLetterCount,
            () => pump.DeadLetters.Depths().Select(item => Of(item.App, (long)item.Count)),
            "{event}",
            "Dead letters."
        );
        _meter.CreateObservableGauge(
            WaverlessTelemetry.DeadLetterAge,
            () =>
            {
                var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
                return pump
                    .DeadLetters.Depths()
                    .Select(item => Of(item.App, Math.Max(0, nowMs - item.OldestMs) / 1_000.0));
            },
            "s",
            "Age of the oldest dead letter."
        );
        _meter.CreateObservableGauge(
            WaverlessTelemetry.ParkedCount,
            () =>
                pump
                    .Parked.All.GroupBy(item => item.Id.Partition.App)
                    .Select(app => Of(app.Key, app.LongCount())),
            "{event}",
            "Parked events."
        );
        _meter.CreateObservableGauge(
            WaverlessTelemetry.EventMemory,
            () => pump.Inboxes.GroupBy(inbox => inbox.Id.App).SelectMany(InMemory),
            "{event}",
            "Events in the memory of lanes."
        );
        _meter.CreateObservableGauge(
            WaverlessTelemetry.LaneBytes,
            () =>
                pump
                    .Inboxes.GroupBy(inbox => inbox.Id.App)
                    .Select(app => Of(app.Key, CountsOf(app).Bytes)),
            "By",
            "Events in the memory of the fullest lane."
        );
        _meter.CreateObservableGauge(
            WaverlessTelemetry.LongDrains,
            () =>
                new[]
                {
                    State("running", pump.LongDrains.Running),
                    State("waiting", pump.LongDrains.Waiting),
                },
            "{drain}",
            "Drains of functions that run for long."
        );
    }

    /// <summary>
    /// Begins to observe what the partitions of a node keep for later, once its store is open:
    /// before, it has nothing to be asked for.
    /// </summary>
    public void ObserveDeferred(IStorageEngine engine)
    {
        if (engine is not IDeferredWork work)
        {
            return;
        }

        _meter.CreateObservableGauge(
            WaverlessTelemetry.Timers,
            () => Deferred(engine, work, counts => counts.Timers),
            "{timer}",
            "Timers."
        );
        _meter.CreateObservableGauge(
            WaverlessTelemetry.Delayed,
            () => Deferred(engine, work, counts => counts.Messages),
            "{event}",
            "Delayed messages."
        );
        _meter.CreateObservableGauge(
            WaverlessTelemetry.IdempotencyKeys,
            () => Deferred(engine, work, counts => counts.Keys),
            "{key}",
            "Idempotency keys that are remembered."
        );
        _meter.CreateObservableGauge(
            WaverlessTelemetry.Watches,
            () => work.Watches,
            "{watch}",
            "Watches that go on."
        );
    }

    public void Failed(FunctionAddress function, ErrorClass error) =>
        _failures.Add(1, Tags(function, error));

    public void Buried(FunctionAddress function, ErrorClass error) =>
        _deadLetters.Add(1, Tags(function, error));

    /// <summary>Counts dead letters that went.</summary>
    /// <param name="app">Whose.</param>
    /// <param name="how">replayed, dropped, expired or evicted.</param>
    /// <param name="count">How many.</param>
    public void Dropped(string app, string how, int count) =>
        _removed.Add(count, new TagList { { "app", app }, { "how", how } });

    private static IEnumerable<Measurement<int>> InMemory(IGrouping<string, PartitionInbox> app)
    {
        var counts = CountsOf(app);
        return
        [
            State("ready", counts.Ready, app.Key),
            State("postponed", counts.Postponed, app.Key),
            State("delayed", counts.Delayed, app.Key),
        ];
    }

    /// <summary>Of each app, its fullest partition: that is the one which meets the bound.</summary>
    private static IEnumerable<Measurement<long>> Deferred(
        IStorageEngine engine,
        IDeferredWork work,
        Func<DeferredCounts, long> count
    ) =>
        engine
            .Partitions.GroupBy(partition => partition.App)
            .Select(app => Of(app.Key, app.Max(partition => count(work.DeferredIn(partition)))));

    private static LaneCounts CountsOf(IGrouping<string, PartitionInbox> app) =>
        app.SelectMany(inbox => inbox.Lanes)
            .Aggregate(default(LaneCounts), (sum, lane) => sum + lane.Counts());

    private static Measurement<int> State(string state, int count, string? app = null) =>
        app is null
            ? new(count, new KeyValuePair<string, object?>("state", state))
            : new(
                count,
                new KeyValuePair<string, object?>("app", app),
                new KeyValuePair<string, object?>("state", state)
            );

    private static Measurement<T> Of<T>(string app, T value)
        where T : struct => new(value, new KeyValuePair<string, object?>("app", app));

    private static TagList Tags(FunctionAddress function, ErrorClass error) =>
        new()
        {
            { "app", function.App },
            { "function", function.Function },
            { "error", ErrorClasses.Name(error) },
        };
}
