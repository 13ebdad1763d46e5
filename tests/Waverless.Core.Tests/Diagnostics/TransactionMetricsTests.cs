using System.Diagnostics.Metrics;
using Waverless.Kv;
using Waverless.Simulation;

namespace Waverless.Diagnostics;

/// <summary>Refusals, conflicts, turns and locks are counted.</summary>
public sealed class TransactionMetricsTests
{
    private readonly Dictionary<string, double> _seen = new(StringComparer.Ordinal);

    [Fact]
    public void What_is_refused_is_counted_by_its_reason()
    {
        var sim = new Sim();
        sim.App("refused").Function("any", _ => { }, _ => Task.CompletedTask);
        using var listener = Listen(sim);

        sim.Run(async () =>
        {
            var node = await sim.BootAsync();
            var store = node.Store("refused");
            var tooLarge = await store.CommitAsync(new KvBatch().Set(new byte[2_000], default));
            Assert.Equal(CommitRejection.TooLarge, tooLarge.Rejection);
            await store.CommitAsync(new KvBatch().RequirePresent("absent").Set("a", default));
            await store.SetTextAsync("a", "committed");
        });

        Assert.Equal(1, _seen[WaverlessTelemetry.CommitsRefused + " too_large"]);
        Assert.Single(_seen);
    }

    [Fact]
    public void Conflicts_turns_locks_and_memory_are_counted()
    {
        var sim = new Sim();
        var gate = new TaskCompletionSource();
        sim.App("busy")
            .Function(
                "add",
                f => f.OnSet("add_{}").Reads("total").Writes("total"),
                async context =>
                {
                    var total = int.Parse(await context.GetAsync("total") ?? "0");
                    await gate.Task;
                    await context.SetAsync("total", $"{total + 1}");
                }
            )
            .Function(
                "lock",
                f => f.OnSet("lock_{}").Writes("key"),
                async context =>
                {
                    await context.LockAsync("key");
                    await gate.Task;
                }
            );
        using var listener = Listen(sim);

        sim.Run(async () =>
        {
            var node = await sim.BootAsync();
            var store = node.Store("busy");
            var batch = new KvBatch();
            for (var i = 0; i < 3; i++)
            {
                batch.Set($"add_{i}", default).Set($"lock_{i}", default);
            }

            await store.CommitAsync(batch);
            await sim.DelayAsync(100);
            listener.RecordObservableInstruments();
            Assert.Equal(1, _seen[WaverlessTelemetry.Locks + " held"]);
            Assert.Equal(2, _seen[WaverlessTelemetry.Locks + " waiting"]);
            Assert.Equal(0, _seen[WaverlessTelemetry.TransactionTurns]);

            gate.SetResult();
            await sim.UntilAsync(() => node.Node.Backlog.Of("busy") == 0);
            Assert.Equal("3", await store.GetTextAsync("total"));
            listener.RecordObservableInstruments();
        });

        Assert.True(_seen[WaverlessTelemetry.TransactionConflicts] >= 2);
        Assert.Equal(0, _seen[WaverlessTelemetry.Locks + " held"]);
        Assert.Equal(0, _seen[WaverlessTelemetry.EventMemory + " ready"]);
        Assert.Equal(0, _seen[WaverlessTelemetry.LongDrains + " waiting"]);
    }

    private MeterListener Listen(Sim sim)
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listening) =>
            {
                if (instrument.Meter.Scope == sim.Meters)
                {
                    listening.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<long>((i, value, tags, _) => Note(i, value, tags));
        listener.SetMeasurementEventCallback<int>((i, value, tags, _) => Note(i, value, tags));
        listener.Start();
        return listener;
    }

    private void Note(
        Instrument instrument,
        double value,
        ReadOnlySpan<KeyValuePair<string, object?>> tags
    )
    {
        var name = instrument.Name;
        foreach (var tag in tags)
        {
            name += tag.Key is "reason" or "state" ? $" {tag.Value}" : "";
        }

        _seen[name] = value + (instrument.IsObservable ? 0 : _seen.GetValueOrDefault(name));
    }
}
