using System.Globalization;
using Waverless.Timers;

namespace Waverless.Apps;

/// <summary>
/// When a function runs by itself: exactly one of <see cref="Interval"/>, <see cref="Cron"/> and
/// <see cref="At"/>. Immutable.
/// </summary>
public sealed record FunctionTimer
{
    /// <summary>The shortest interval.</summary>
    public static readonly TimeSpan IntervalMin = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest interval.</summary>
    public static readonly TimeSpan IntervalMax = TimeSpan.FromDays(366);

    internal FunctionTimer() { }

    /// <summary>The time between two runs, in whole milliseconds; null for other timers.</summary>
    public TimeSpan? Interval { get; internal init; }

    /// <summary>A cron expression of five or six fields; null for other timers.</summary>
    public string? Cron { get; internal init; }

    /// <summary>The one moment, in whole milliseconds; null for other timers.</summary>
    public DateTimeOffset? At { get; internal init; }

    /// <summary>Time zone of a cron expression, by its IANA name.</summary>
    /// <value>Default: <c>UTC</c>.</value>
    public string Zone { get; internal init; } = CronSyntax.Utc;

    /// <summary>What becomes of moments that have passed.</summary>
    /// <value>Default: <see cref="MisfirePolicy.Last"/>.</value>
    public MisfirePolicy Misfire { get; init; }

    /// <summary>Whether a run may begin before the one for an earlier moment has ended.</summary>
    /// <value>Default: false; it waits for it.</value>
    public bool MayOverlap { get; init; }

    /// <summary>A timer that fires again and again; first when the interval has passed.</summary>
    /// <param name="interval">
    /// From <see cref="IntervalMin"/> to <see cref="IntervalMax"/>; counted in whole milliseconds.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">Shorter or longer.</exception>
    public static FunctionTimer Every(TimeSpan interval)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(interval, IntervalMin);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(interval, IntervalMax);
        return new FunctionTimer
        {
            Interval = TimeSpan.FromMilliseconds((long)interval.TotalMilliseconds),
        };
    }

    /// <summary>A timer that fires by the calendar.</summary>
    /// <param name="expression">
    /// Five fields (minute, hour, day of month, month, day of week) or six (second first),
    /// separated by blanks, as the Cronos library reads them.
    /// </param>
    /// <param name="zone">IANA name of the zone whose clocks count.</param>
    /// <exception cref="ArgumentException">
    /// Not a cron expression, one that names no moment, or an unknown zone; the message says which.
    /// </exception>
    public static FunctionTimer ByCron(string expression, string zone = CronSyntax.Utc)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(expression);
        ArgumentException.ThrowIfNullOrWhiteSpace(zone);
        return
            CronSyntax.TryParse(expression, out _, out var reason)
            && CronSyntax.TryFindZone(zone, out _, out reason)
            ? new FunctionTimer { Cron = CronSyntax.Normal(expression), Zone = zone }
            : throw new ArgumentException(reason);
    }

    /// <summary>A timer that fires once.</summary>
    /// <param name="moment">When; one that has passed fires at once.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not after 1970-01-01 UTC.</exception>
    public static FunctionTimer Once(DateTimeOffset moment)
    {
        var ms = moment.ToUnixTimeMilliseconds();
        ArgumentOutOfRangeException.ThrowIfLessThan(ms, 1, nameof(moment));
        return new FunctionTimer { At = DateTimeOffset.FromUnixTimeMilliseconds(ms) };
    }

    /// <summary>The timer as a manifest says it, with what differs from the defaults.</summary>
    public override string ToString()
    {
        var text =
            Interval is { } interval ? Reading.DurationSyntax.Format(interval)
            : At is { } moment ? moment.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)
            : Cron!;
        text += Zone == CronSyntax.Utc ? "" : $" {Zone}";
        text += Misfire == MisfirePolicy.Last ? "" : $" misfire {Misfire}";
        return text + (MayOverlap ? " overlap" : "");
    }
}
