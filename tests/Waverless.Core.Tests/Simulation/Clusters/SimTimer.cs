namespace Waverless.Simulation.Clusters;

/// <summary>A timer of a <see cref="SimClock"/>.</summary>
internal sealed class SimTimer(SimClock clock, TimerCallback callback, object? state) : ITimer
{
    private long _armed;
    private TimeSpan _period = Timeout.InfiniteTimeSpan;

    public bool IsArmed(long order) => _armed == order;

    public bool Change(TimeSpan dueTime, TimeSpan period)
    {
        _period = period;
        _armed = dueTime == Timeout.InfiniteTimeSpan ? 0 : clock.Arm(this, dueTime);
        return true;
    }

    public void Fire()
    {
        _armed = _period > TimeSpan.Zero ? clock.Arm(this, _period) : 0;
        callback(state);
    }

    public void Dispose() => _armed = 0;

    public ValueTask DisposeAsync()
    {
        Dispose();
        return default;
    }
}
