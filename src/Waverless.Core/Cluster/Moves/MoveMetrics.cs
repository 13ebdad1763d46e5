using System.Diagnostics.Metrics;

namespace Waverless.Cluster.Moves;

/// <summary>Measures what moves away from a node.</summary>
internal sealed class MoveMetrics
{
    private readonly Counter<long> _moves;
    private readonly Counter<long> _bytes;
    private readonly Histogram<double> _pause;

    public MoveMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MoveTelemetry.MeterName);
        _moves = meter.CreateCounter<long>(
            MoveTelemetry.Moves,
            "{move}",
            "Moves of shards away from the node, by outcome."
        );
        _bytes = meter.CreateCounter<long>(
            MoveTelemetry.Bytes,
            "By",
            "Bytes of records that moved away from the node."
        );
        _pause = meter.CreateHistogram<double>(
            MoveTelemetry.Pause,
            "s",
            "Time for which commits waited for the end of a move."
        );
    }

    public void Moved(long bytes, TimeSpan pause)
    {
        _moves.Add(1, Outcome("moved"));
        _bytes.Add(bytes);
        _pause.Record(pause.TotalSeconds);
    }

    public void Failed() => _moves.Add(1, Outcome("failed"));

    private static KeyValuePair<string, object?> Outcome(string name) => new("outcome", name);
}
