using Waverless.Timers;

namespace Waverless.Apps.Reading;

/// <summary>Reads <c>30s</c> and <c>0 3 * * *</c>.</summary>
internal static class TimerSyntax
{
    public const string Expected =
        "an interval of at least 100ms, or a cron expression of 5 or 6 fields";

    /// <summary>The timer; null: the text is none.</summary>
    public static FunctionTimer? Parse(string text, string zone = CronSyntax.Utc)
    {
        if (DurationSyntax.Parse(text) is { } interval)
        {
            return interval >= FunctionTimer.IntervalMin && interval <= FunctionTimer.IntervalMax
                ? FunctionTimer.Every(interval)
                : null;
        }

        return CronSyntax.TryParse(text, out _, out _) ? FunctionTimer.ByCron(text, zone) : null;
    }
}
