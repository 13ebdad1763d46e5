using Waverless.Timers;

namespace Waverless.Apps.Reading;

/// <summary>
/// Reads <c>timer: 30s</c>, <c>timer: "0 3 * * *"</c> and
/// <c>timer: {cron: "0 3 * * *", zone: Europe/Berlin, misfire: skip, overlap: true}</c>.
/// </summary>
internal static class TimerReader
{
    private const string ExpectedZone = "an IANA time zone such as 'Europe/Berlin'";

    public static FunctionTimer? Read(ManifestContext context, YamlEntry? entry)
    {
        if (entry?.Value is not YamlMapping)
        {
            return Parse(context, entry, CronSyntax.Utc);
        }

        var (errors, scalars) = (context.Errors, context.Scalars);
        var fields = Fields.Of(entry.Value, ManifestKeys.Timer, "'timer'", errors);
        var zone = scalars.Text(fields["zone"], ExpectedZone) ?? CronSyntax.Utc;
        if (!CronSyntax.TryFindZone(zone, out _, out var reason))
        {
            errors.Add(fields["zone"]!.Value, reason, ExpectedZone);
            zone = CronSyntax.Utc;
        }

        if (fields["every"] is null == fields["cron"] is null)
        {
            errors.Add(entry.Value, "'timer' has no time or two", "one of 'every' and 'cron'");
            return null;
        }

        if (fields["zone"] is { } unused && fields["cron"] is null)
        {
            errors.Add(unused.Key, "'zone' says nothing of an interval", "'cron' beside it");
        }

        var misfire = scalars.Word(fields["misfire"], "last", "skip", "all") ?? 0;
        var overlap = scalars.Word(fields["overlap"], "false", "true") == 1;
        var timer = Parse(context, fields["cron"] ?? fields["every"], zone);
        if (timer is not null && timer.Cron is null == fields["cron"] is not null)
        {
            var expected = fields["cron"] is null ? DurationSyntax.Expected : "a cron expression";
            errors.Add(entry.Value, "'timer' has the other kind of time there", expected);
        }

        return timer is null
            ? null
            : timer with
            {
                Misfire = (MisfirePolicy)misfire,
                MayOverlap = overlap,
            };
    }

    private static FunctionTimer? Parse(ManifestContext context, YamlEntry? entry, string zone)
    {
        if (context.Scalars.Text(entry, TimerSyntax.Expected) is not { } text)
        {
            return null;
        }

        if (TimerSyntax.Parse(text, zone) is { } timer)
        {
            return timer;
        }

        var problem = $"'{entry!.Name}' is {entry.Value.Kind}";
        if (text.Contains(' ') && !CronSyntax.TryParse(text, out _, out var reason))
        {
            problem += $". {reason.TrimEnd('.')}";
        }

        context.Errors.Add(entry.Value, problem, TimerSyntax.Expected);
        return null;
    }
}
