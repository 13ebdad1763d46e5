using System.Diagnostics.Metrics;
using Waverless.Diagnostics;

namespace Waverless.Hosting.Threads;

/// <summary>Tells how near guest threads are to their bounds.</summary>
internal static class ThreadMetrics
{
    /// <summary>Begins to observe the threads of a host.</summary>
    public static GuestThreads Observe(GuestThreads threads, IMeterFactory meters)
    {
        var meter = meters.Create(WaverlessTelemetry.MeterName);
        meter.CreateObservableGauge(
            WaverlessTelemetry.GuestThreads,
            () =>
            {
                var computing = Math.Min(threads.ActiveCount, threads.ThreadCount);
                return new[]
                {
                    State("computing", computing),
                    State("other", Math.Max(0, threads.ThreadCount - computing)),
                };
            },
            "{thread}",
            "Threads of synchronous guests."
        );
        meter.CreateObservableGauge(
            WaverlessTelemetry.GuestQueue,
            () => threads.Queued,
            "{item}",
            "Work that waits for a thread of synchronous guests."
        );
        return threads;
    }

    private static Measurement<int> State(string state, int count) =>
        new(count, new KeyValuePair<string, object?>("state", state));
}
