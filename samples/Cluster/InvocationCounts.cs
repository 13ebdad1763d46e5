using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Waverless.Diagnostics;

namespace ClusterSample;

/// <summary>
/// Which functions have run in this process, and how often: by the metric that any monitoring sees.
/// </summary>
internal sealed class InvocationCounts : IDisposable
{
    private readonly ConcurrentDictionary<string, int> _counts = new(StringComparer.Ordinal);
    private readonly MeterListener _listener = new();

    public InvocationCounts()
    {
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            if (instrument.Name == WaverlessTelemetry.InvocationDuration)
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<double>(
            (_, _, tags, _) => _counts.AddOrUpdate(NameOf(tags), 1, (_, count) => count + 1)
        );
        _listener.Start();
    }

    /// <summary>A line for each function: its name and its count.</summary>
    public string Tell() =>
        string.Join('\n', _counts.Select(function => $"{function.Key} {function.Value}"));

    public void Dispose() => _listener.Dispose();

    private static string NameOf(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var (app, function) = ("", "");
        foreach (var (name, value) in tags)
        {
            app = name == "app" ? value as string : app;
            function = name == "function" ? value as string : function;
        }

        return $"{app}/{function}";
    }
}
