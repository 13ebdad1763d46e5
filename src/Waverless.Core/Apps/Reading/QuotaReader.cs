namespace Waverless.Apps.Reading;

/// <summary>Reads <c>quota: {bytes, keys}</c>.</summary>
internal static class QuotaReader
{
    public static AppQuota? Read(ManifestContext context, YamlEntry? entry)
    {
        if (entry is null)
        {
            return null;
        }

        var fields = Fields.Of(entry.Value, ManifestKeys.Quota, "'quota'", context.Errors);
        return new AppQuota
        {
            Bytes = context.Scalars.Size(fields["bytes"], 0, long.MaxValue),
            Keys = context.Scalars.Integer(fields["keys"], 0, int.MaxValue),
        };
    }
}
