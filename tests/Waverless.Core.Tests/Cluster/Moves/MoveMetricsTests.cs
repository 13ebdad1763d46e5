using System.Diagnostics.Metrics;
using Waverless.Simulation;

namespace Waverless.Cluster.Moves;

public sealed class MoveMetricsTests
{
    [Fact]
    public void Moves_are_counted_by_outcome_with_their_bytes_and_pauses()
    {
        using var meters = new TestMeters();
        var seen = new List<string>();
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
        listener.SetMeasurementEventCallback<long>(
            (instrument, value, tags, _) =>
                seen.Add($"{instrument.Name} {value} {(tags.Length > 0 ? tags[0].Value : "")}")
        );
        listener.SetMeasurementEventCallback<double>(
            (instrument, value, _, _) => seen.Add($"{instrument.Name} {value}")
        );
        listener.Start();
        var metrics = new MoveMetrics(meters);
        metrics.Moved(1_000, TimeSpan.FromMilliseconds(250));
        metrics.Failed();
        Assert.Equal(
            [
                "waverless.cluster.moves 1 moved",
                "waverless.cluster.move.bytes 1000 ",
                "waverless.cluster.move.pause 0.25",
                "waverless.cluster.moves 1 failed",
            ],
            seen
        );
    }
}
