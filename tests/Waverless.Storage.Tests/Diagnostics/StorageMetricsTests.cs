using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Waverless.Contracts.Storage;
using Waverless.Diagnostics;
using Waverless.Kv;

namespace Waverless.Storage.Diagnostics;

/// <summary>The meter tells what the store does, under the names that the docs list.</summary>
public sealed partial class StorageMetricsTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Commits_and_sizes_are_measured_under_documented_names()
    {
        await using var place = new RocksDbPlace();
        await using var services = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = services.GetRequiredService<IMeterFactory>();
        var measured = new ConcurrentDictionary<string, double>();
        using var listener = Listen(meters, measured);
        await using var engine = new RocksDbStorageEngine(place.Options() with { Meters = meters });
        await engine.OpenAsync(new RecordingListener(), TimeProvider.System, Ct);
        var commit = new Commit();
        commit.Put("k"u8, new byte[1000]);
        Assert.True((await engine.CommitAsync(new("shop", 0), commit, Ct)).IsCommitted);
        listener.RecordObservableInstruments();

        Assert.True(measured["waverless.storage.commit.duration"] > 0);
        Assert.Equal(1, measured["waverless.storage.group.size"]);
        Assert.InRange(measured["waverless.storage.written"], 1000, 5000);
        Assert.Equal(0, measured["waverless.storage.health"]);
        Assert.Equal(0, measured["waverless.storage.stalled"]);
        Assert.True(measured["waverless.storage.log"] >= 1000);
        Assert.True(measured["waverless.storage.memory"] >= 1000);
        Assert.True(measured["waverless.storage.disk.free"] > 0);
        Assert.All(measured.Keys, name => Assert.Matches(Name(), name));
    }

    private static MeterListener Listen(
        IMeterFactory meters,
        ConcurrentDictionary<string, double> measured
    )
    {
        var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (
                    instrument.Meter.Name == WaverlessTelemetry.StorageMeterName
                    && instrument.Meter.Scope == meters
                )
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<double>((i, v, _, _) => measured[i.Name] = v);
        listener.SetMeasurementEventCallback<long>(
            (i, v, _, _) =>
                measured.AddOrUpdate(i.Name, v, (_, sum) => i.IsObservable ? v : sum + v)
        );
        listener.SetMeasurementEventCallback<int>((i, v, _, _) => measured[i.Name] = v);
        listener.Start();
        return listener;
    }

    [GeneratedRegex("^waverless\\.storage(\\.[a-z]+)+$")]
    private static partial Regex Name();
}
