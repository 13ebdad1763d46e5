using System.Diagnostics.Metrics;
using Waverless.Apps;
using Waverless.Diagnostics;
using Waverless.Kv;
using Waverless.Simulation;

namespace Waverless.Events;

/// <summary>What waits, fails and dies is counted.</summary>
public sealed class EventMetricsTests
{
    [Fact]
    public void What_is_kept_for_later_and_who_watches_is_measured()
    {
        var sim = new Sim();
        sim.App("app").Function("work", f => f.OnMessage(), _ => Task.CompletedTask);
        sim.Run(async () =>
        {
            var node = await sim.BootAsync();
            var store = node.Store("app");
            for (var i = 0; i < 3; i++)
            {
                var batch = new KvBatch { IdempotencyKey = $"k{i % 2}" };
                Assert.True((await store.CommitAsync(batch.Set("k", "v"u8))).IsCommitted);
            }

            await foreach (var _ in store.WatchAsync())
            {
                Assert.Equal(1, Gauges.Read(sim.Meters, WaverlessTelemetry.Watches));
                break;
            }

            Assert.Equal(0, Gauges.Read(sim.Meters, WaverlessTelemetry.Watches));
            Assert.Equal(2, Gauges.Read(sim.Meters, WaverlessTelemetry.IdempotencyKeys, "app"));
        });
    }

    [Fact]
    public void Depth_and_age_of_dead_letters_parked_events_and_failures_are_measured()
    {
        var sim = new Sim();
        var seen = new Dictionary<string, double>(StringComparer.Ordinal);
        sim.App("metered")
            .Function(
                "on",
                f => f.OnSet("in_{}").Retry(attempts: 2),
                _ => Task.FromException(new IOException("no"))
            )
            .Function(
                "park",
                f => f.OnSet("park_{}").Retry(attempts: 1).OnPoison(PoisonPolicy.Park),
                _ => Task.FromException(new IOException("no"))
            );
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Meter.Name == WaverlessTelemetry.EventsMeterName)
                {
                    listening.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>(
            (instrument, value, tags, _) => Note(instrument, value, tags)
        );
        listener.SetMeasurementEventCallback<double>(
            (instrument, value, tags, _) => Note(instrument, value, tags)
        );
        listener.Start();

        sim.Run(async () =>
        {
            var node = await sim.BootAsync();
            await node.Store("metered").SetTextAsync("in_1", "x");
            await node.Store("metered").SetTextAsync("in_2", "x");
            await node.Store("metered").SetTextAsync("park_1", "x");
            await sim.UntilAsync(() => node.Node.Backlog.Of("metered") == 1);
            await sim.DelayAsync(5_000);
            listener.RecordObservableInstruments();

            Assert.Equal(5, seen[WaverlessTelemetry.EventFailures]);
            Assert.Equal(2, seen[WaverlessTelemetry.DeadLettersAdded]);
            Assert.Equal(2, seen[WaverlessTelemetry.DeadLetterCount]);
            Assert.Equal(1, seen[WaverlessTelemetry.ParkedCount]);
            Assert.Equal(1, seen[WaverlessTelemetry.EventBacklog]);
            Assert.InRange(seen[WaverlessTelemetry.DeadLetterAge], 4.9, 10);
            await node.Node.DeadLetters.DropAllAsync(new() { Parked = false });
            Assert.Equal(2, seen[WaverlessTelemetry.DeadLettersRemoved]);
        });

        void Note(
            Instrument instrument,
            double value,
            ReadOnlySpan<KeyValuePair<string, object?>> tags
        )
        {
            foreach (var tag in tags)
            {
                if (tag is { Key: "app", Value: "metered" })
                {
                    var isGauge = instrument.IsObservable;
                    var before = isGauge ? 0 : seen.GetValueOrDefault(instrument.Name);
                    seen[instrument.Name] = before + value;
                }
            }
        }
    }
}
