namespace Scheduling;

/// <summary>The time of a simulation, in microseconds.</summary>
internal sealed class SimulatedTime : TimeProvider
{
    public double NowMs { get; set; }

    public override long TimestampFrequency => 1_000_000;

    public override long GetTimestamp() => (long)(NowMs * 1000);
}
