using System.Globalization;

namespace Waverless.Apps.Reading;

/// <summary>Reads <c>timer: 30s</c> and <c>timer: "0 3 * * *"</c>.</summary>
internal static class TimerReader
{
    private const string Expected =
        "an interval of at least 100ms, or a cron expression of 5 or 6 fields";

    private static readonly TimeSpan IntervalMax = TimeSpan.FromDays(366);

    public static FunctionTimer? Read(ManifestContext context, YamlEntry? entry)
    {
        if (context.Scalars.Text(entry, Expected) is not { } text)
        {
            return null;
        }

        if (DurationSyntax.Parse(text) is { } interval)
        {
            if (interval >= FunctionTimer.IntervalMin && interval <= IntervalMax)
            {
                return FunctionTimer.Every(interval);
            }
        }
        else if (IsCron(text))
        {
            return FunctionTimer.ByCron(text);
        }

        context.Errors.Add(entry!.Value, $"'timer' is {entry.Value.Kind}", Expected);
        return null;
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
