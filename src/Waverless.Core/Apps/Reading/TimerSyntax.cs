using System.Globalization;

namespace Waverless.Apps.Reading;

/// <summary>Reads <c>30s</c> and <c>0 3 * * *</c>.</summary>
internal static class TimerSyntax
{
    public const string Expected =
        "an interval of at least 100ms, or a cron expression of 5 or 6 fields";

    private static readonly TimeSpan IntervalMax = TimeSpan.FromDays(366);

    /// <summary>The timer; null: the text is none.</summary>
    public static FunctionTimer? Parse(string text)
    {
        if (DurationSyntax.Parse(text) is { } interval)
        {
            return interval >= FunctionTimer.IntervalMin && interval <= IntervalMax
                ? FunctionTimer.Every(interval)
                : null;
        }

        return IsCron(text) ? FunctionTimer.ByCron(text) : null;
    }

    /// <summary>
    /// Only the shape is judged here: which instants the fields mean is the cron library's to say
    /// when the timer is set up.
    /// </summary>
    private static bool IsCron(string text)
    {
        var fields = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length is 5 or 6 && fields.All(IsCronField);
    }

    private static bool IsCronField(string field) =>
        field.All(c => char.IsAsciiLetterOrDigit(c) || c is '*' or '/' or ',' or '-' or '?' or '#')
        && field
            .Split(',', '-', '/', '#')
            .All(part => part.Length > 0 && (!char.IsAsciiDigit(part[0]) || IsSmall(part)));

    private static bool IsSmall(string digits) =>
        int.TryParse(
            digits.TrimEnd('L', 'W'),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var number
        )
        && number < 60;
}
