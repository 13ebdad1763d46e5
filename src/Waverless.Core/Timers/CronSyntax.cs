using System.Diagnostics.CodeAnalysis;
using Cronos;

namespace Waverless.Timers;

/// <summary>Cron expressions and zones as the timers of manifests and code name them.</summary>
internal static class CronSyntax
{
    public const string Utc = "UTC";

    private static readonly char[] Blanks = [' ', '\t'];

    /// <summary>The expression with one blank between two fields.</summary>
    public static string Normal(string expression) => string.Join(' ', Fields(expression));

    public static bool TryParse(
        string expression,
        [NotNullWhen(true)] out CronExpression? cron,
        [NotNullWhen(false)] out string? reason
    )
    {
        cron = null;
        var fields = Fields(expression);
        if (fields.Length is not (5 or 6))
        {
            reason =
                $"The cron expression '{expression}' has {fields.Length} fields; expected "
                + "5, or 6 with seconds first.";
            return false;
        }

        var format = fields.Length == 6 ? CronFormat.IncludeSeconds : CronFormat.Standard;
        try
        {
            cron = CronExpression.Parse(string.Join(' ', fields), format);
        }
        catch (CronFormatException bad)
        {
            reason = $"The cron expression '{expression}' is not one: {bad.Message}";
            return false;
        }

        if (cron.GetNextOccurrence(DateTime.UnixEpoch) is null)
        {
            reason =
                $"The cron expression '{expression}' names no moment; expected one that comes.";
            return false;
        }

        reason = null;
        return true;
    }

    public static bool TryFindZone(
        string name,
        [NotNullWhen(true)] out TimeZoneInfo? zone,
        [NotNullWhen(false)] out string? reason
    )
    {
        zone = null;
        var found =
            name == Utc
            || (
                !Path.IsPathRooted(name)
                && !name.Contains("..", StringComparison.Ordinal)
                && TimeZoneInfo.TryFindSystemTimeZoneById(name, out zone)
            );
        if (found)
        {
            zone ??= TimeZoneInfo.Utc;
            reason = null;
            return true;
        }

        reason =
            $"The time zone '{name}' is not known here; expected an IANA name such as "
            + "'Europe/Berlin'.";
        return false;
    }

    private static string[] Fields(string expression) =>
        expression.Split(Blanks, StringSplitOptions.RemoveEmptyEntries);
}
