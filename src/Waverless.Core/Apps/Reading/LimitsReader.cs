namespace Waverless.Apps.Reading;

/// <summary>Reads <c>limits: {memory, timeout, concurrency, queue, body}</c>.</summary>
internal static class LimitsReader
{
    public static FunctionLimits Read(
        ManifestContext context,
        YamlEntry? entry,
        FunctionLimits defaults
    )
    {
        if (entry is null)
        {
            return defaults;
        }

        var fields = Fields.Of(entry.Value, ManifestKeys.Limits, "'limits'", context.Errors);
        var scalars = context.Scalars;
        return new FunctionLimits
        {
            Memory =
                scalars.Size(fields["memory"], FunctionLimits.MemoryMin, FunctionLimits.MemoryMax)
                ?? defaults.Memory,
            Timeout =
                scalars.Duration(
                    fields["timeout"],
                    FunctionLimits.TimeoutMin,
                    FunctionLimits.TimeoutMax
                ) ?? defaults.Timeout,
            Concurrency =
                scalars.Integer(fields["concurrency"], 1, FunctionLimits.ConcurrencyMax)
                ?? defaults.Concurrency,
            Queue = scalars.Integer(fields["queue"], 0, FunctionLimits.QueueMax) ?? defaults.Queue,
            Body = scalars.Size(fields["body"], 0, FunctionLimits.BodyMax) ?? defaults.Body,
        };
    }
}
