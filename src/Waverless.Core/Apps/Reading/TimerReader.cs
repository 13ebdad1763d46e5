namespace Waverless.Apps.Reading;

/// <summary>Reads <c>timer: 30s</c> and <c>timer: "0 3 * * *"</c>.</summary>
internal static class TimerReader
{
    public static FunctionTimer? Read(ManifestContext context, YamlEntry? entry)
    {
        if (context.Scalars.Text(entry, TimerSyntax.Expected) is not { } text)
        {
            return null;
        }

        if (TimerSyntax.Parse(text) is { } timer)
        {
            return timer;
        }

        context.Errors.Add(entry!.Value, $"'timer' is {entry.Value.Kind}", TimerSyntax.Expected);
        return null;
    }
}
