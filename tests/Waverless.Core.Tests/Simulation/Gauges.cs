using System.Diagnostics.Metrics;

namespace Waverless.Simulation;

/// <summary>Reads what a node reports of itself.</summary>
internal static class Gauges
{
    /// <summary>The largest value of a gauge among those whose tags have a value.</summary>
    public static double Read(TestMeters meters, string name, string? tag = null)
    {
        var most = 0.0;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, listening) =>
        {
            if (instrument.Meter.Scope == meters && instrument.Name == name)
            {
                listening.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<int>((_, value, tags, _) => Note(value, tags));
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) => Note(value, tags));
        listener.SetMeasurementEventCallback<double>((_, value, tags, _) => Note(value, tags));
        listener.Start();
        listener.RecordObservableInstruments();
        return most;

        void Note(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            var counts = tag is null;
            foreach (var item in tags)
            {
                counts |= item.Value as string == tag;
            }

            most = counts ? Math.Max(most, value) : most;
        }
    }
}
