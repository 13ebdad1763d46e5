namespace Waverless.Apps.Reading;

/// <summary>
/// Reads <c>scheduler: name</c>. Whether there is one of that name is known where the app is
/// deployed: hosts have schedulers of their own.
/// </summary>
internal static class SchedulerReader
{
    private const string Expected = "the name of a scheduler, such as 'locality'";

    public static string? Read(ManifestContext context, YamlEntry? entry)
    {
        if (context.Scalars.Text(entry, Expected) is not { } name)
        {
            return null;
        }

        if (NameRules.RefuseFunction(name) is null)
        {
            return name;
        }

        context.Errors.Add(entry!.Value, $"'scheduler' is {entry.Value.Kind}", Expected);
        return null;
    }
}
