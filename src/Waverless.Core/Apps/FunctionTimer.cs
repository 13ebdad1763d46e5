namespace Waverless.Apps;

/// <summary>
/// When a function runs by itself: exactly one of <see cref="Interval"/> and <see cref="Cron"/>.
/// </summary>
public sealed record FunctionTimer
{
    /// <summary>The shortest interval.</summary>
    public static readonly TimeSpan IntervalMin = TimeSpan.FromMilliseconds(100);

    private FunctionTimer() { }

    /// <summary>The time between two runs; null for a cron expression.</summary>
    public TimeSpan? Interval { get; private init; }

    /// <summary>A cron expression of five or six fields; null for an interval.</summary>
    public string? Cron { get; private init; }

    /// <summary>A timer that fires again and again.</summary>
    /// <param name="interval">At least <see cref="IntervalMin"/>.</param>
    public static FunctionTimer Every(TimeSpan interval)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(interval, IntervalMin);
        return new FunctionTimer { Interval = interval };
    }

    /// <summary>A timer that fires by the calendar.</summary>
    /// <param name="expression">Five or six fields separated by blanks.</param>
    public static FunctionTimer ByCron(string expression)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(expression);
        return new FunctionTimer { Cron = expression };
    }

    /// <summary>The timer as a manifest says it.</summary>
    public override string ToString() =>
        Interval is { } interval ? Reading.DurationSyntax.Format(interval) : Cron!;
}
