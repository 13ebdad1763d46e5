namespace Waverless.Simulation.Clusters;

/// <summary>The clock of a node whose idea of the date is off; it runs as fast as the others.</summary>
internal sealed class SkewedClock(SimClock clock, TimeSpan skew) : TimeProvider
{
    public override long TimestampFrequency => clock.TimestampFrequency;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    public override long GetTimestamp() => clock.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => clock.GetUtcNow() + skew;

    public override ITimer CreateTimer(
        TimerCallback callback,
        object? state,
        TimeSpan dueTime,
        TimeSpan period
    ) => clock.CreateTimer(callback, state, dueTime, period);
}
