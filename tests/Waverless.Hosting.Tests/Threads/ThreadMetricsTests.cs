using System.Diagnostics.Metrics;
using Microsoft.Extensions.DependencyInjection;
using Waverless.Diagnostics;
using Waverless.Hosting.Support;

namespace Waverless.Hosting.Threads;

public sealed class ThreadMetricsTests
{
    [Fact]
    public async Task Threads_and_what_waits_for_them_are_measured()
    {
        await using var provider = new ServiceCollection().AddMetrics().BuildServiceProvider();
        var meters = provider.GetRequiredService<IMeterFactory>();
        using var threads = ThreadMetrics.Observe(new GuestThreads(1, 1), meters);
        using var running = new ManualResetEventSlim();
        using var release = new ManualResetEventSlim();
        Assert.Equal((0, 0, 0), Read(meters));
        var holder = new ThreadJob(() =>
        {
            running.Set();
            release.Wait();
            return (true, true);
        });
        Assert.True(threads.TryQueue(holder));
        running.Wait(TestContext.Current.CancellationToken);
        var next = new ThreadJob(() => (true, true));
        Assert.True(threads.TryQueue(next));
        Assert.Equal((1, 0, 1), Read(meters));
        release.Set();
        await holder.Task;
        await next.Task;
        Assert.Equal(0, Read(meters).Queued);
    }

    private static (int Computing, int Other, int Queued) Read(IMeterFactory meters)
    {
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Scope == meters)
                {
                    self.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<int>(
            (instrument, value, tags, _) =>
                seen[tags.Length == 0 ? instrument.Name : (string)tags[0].Value!] = value
        );
        listener.Start();
        listener.RecordObservableInstruments();
        return (seen["computing"], seen["other"], seen[WaverlessTelemetry.GuestQueue]);
    }
}
