using System.Globalization;

namespace Waverless.Apps.Reading;

/// <summary>Reads <c>500ms</c>, <c>30s</c>, <c>5m</c>, <c>2h</c>, <c>1d</c>.</summary>
internal static class DurationSyntax
{
    public const string Expected = "a duration such as 500ms, 30s, 5m, 2h or 1d";

    // The longer unit first: 'ms' also ends in 's'.
    private static readonly (string Unit, long Ticks)[] Units =
    [
        ("ms", TimeSpan.TicksPerMillisecond),
        ("s", TimeSpan.TicksPerSecond),
        ("m", TimeSpan.TicksPerMinute),
        ("h", TimeSpan.TicksPerHour),
        ("d", TimeSpan.TicksPerDay),
    ];

    /// <summary>The duration; null: it is not one, or longer than a TimeSpan holds.</summary>
    public static TimeSpan? Parse(string text)
    {
        foreach (var (unit, ticks) in Units)
        {
            if (!text.EndsWith(unit, StringComparison.Ordinal))
            {
                continue;
            }

            var digits = text.AsSpan(0, text.Length - unit.Length);
            return
                long.TryParse(
                    digits,
                    NumberStyles.None,
                    CultureInfo.InvariantCulture,
                    out var number
                )
                && number <= long.MaxValue / ticks
                ? TimeSpan.FromTicks(number * ticks)
                : null;
        }

        return null;
    }

    /// <summary>The shortest exact text of a duration of whole milliseconds.</summary>
    public static string Format(TimeSpan duration)
    {
        var (unit, ticks) = Units.Last(unit =>
            unit.Ticks == TimeSpan.TicksPerMillisecond || duration.Ticks % unit.Ticks == 0
        );
        return string.Create(CultureInfo.InvariantCulture, $"{duration.Ticks / ticks}{unit}");
    }
}
