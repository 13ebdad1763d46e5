namespace Waverless.Cluster.Moves;

/// <summary>Names under which moves report; stable (docs/metrics.md).</summary>
internal static class MoveTelemetry
{
    public const string MeterName = "Waverless.Cluster";

    public const string Moves = "waverless.cluster.moves";

    public const string Bytes = "waverless.cluster.move.bytes";

    public const string Pause = "waverless.cluster.move.pause";
}
