namespace Waverless.Invocations;

/// <summary>A moment on the node's monotonic clock by which an invocation has to end.</summary>
/// <param name="Timestamp">In units of <see cref="TimeProvider.GetTimestamp"/>.</param>
public readonly record struct Deadline(long Timestamp)
{
    /// <summary>The moment <paramref name="timeout"/> from now.</summary>
    /// <param name="time">The node's clock.</param>
    /// <param name="timeout">How long from now.</param>
    public static Deadline After(TimeProvider time, TimeSpan timeout)
    {
        ArgumentNullException.ThrowIfNull(time);
        var ticks = timeout.TotalSeconds * time.TimestampFrequency;
        var now = time.GetTimestamp();
        return ticks >= long.MaxValue - now ? new(long.MaxValue) : new(now + (long)ticks);
    }

    /// <summary>Time left; zero once it has passed.</summary>
    /// <param name="time">The node's clock.</param>
    public TimeSpan Remaining(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        var left = time.GetElapsedTime(time.GetTimestamp(), Timestamp);
        return left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    /// <summary>The earlier of two deadlines.</summary>
    /// <param name="other">Another deadline.</param>
    public Deadline Earlier(Deadline other) => Timestamp <= other.Timestamp ? this : other;
}
