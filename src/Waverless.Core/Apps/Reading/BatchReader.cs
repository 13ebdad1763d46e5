namespace Waverless.Apps.Reading;

/// <summary>Reads <c>batch: {events: N, within: T}</c>.</summary>
internal static class BatchReader
{
    public static FunctionBatch? Read(
        ManifestContext context,
        YamlEntry? entry,
        FunctionBatch? defaults
    )
    {
        if (entry is null)
        {
            return defaults;
        }

        var fields = Fields.Of(entry.Value, ManifestKeys.Batch, "'batch'", context.Errors);
        var scalars = context.Scalars;
        var events = scalars.Integer(fields["events"], 1, FunctionBatch.EventsMax);
        var within = scalars.Duration(fields["within"], TimeSpan.Zero, FunctionBatch.WithinMax);
        if (fields["events"] is null)
        {
            context.Errors.Add(entry.Key, "'batch' does not say how many", "events: N");
        }

        return events is { } count and > 1
            ? new FunctionBatch(count, within ?? TimeSpan.Zero)
            : null;
    }
}
