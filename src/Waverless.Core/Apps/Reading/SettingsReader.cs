namespace Waverless.Apps.Reading;

/// <summary>Reads settings: of a function, or of an app for its functions.</summary>
internal static class SettingsReader
{
    private const int HostsMax = 64;

    /// <summary>Lays what is written over what holds by default.</summary>
    public static FunctionManifest Apply(
        ManifestContext context,
        Fields fields,
        FunctionManifest defaults
    )
    {
        var scalars = context.Scalars;
        return defaults with
        {
            Affinity = AffinityReader.Read(context, fields["affinity"], defaults.Affinity),
            Limits = LimitsReader.Read(context, fields["limits"], defaults.Limits),
            Instance =
                (InstanceMode?)scalars.Word(fields["instance"], "fresh", "reuse")
                ?? defaults.Instance,
            Idempotent = scalars.Word(fields["idempotent"], "false", "true") switch
            {
                null => defaults.Idempotent,
                var word => word == 1,
            },
            Commit =
                (CommitMode?)scalars.Word(fields["commit"], "atomic", "immediate")
                ?? defaults.Commit,
            Isolation =
                (IsolationMode?)scalars.Word(fields["isolation"], "serializable", "snapshot")
                ?? defaults.Isolation,
            ValueAtEvent = scalars.Word(fields["value"], "newest", "at_event") switch
            {
                null => defaults.ValueAtEvent,
                var word => word == 1,
            },
            OnPoison =
                (PoisonPolicy?)scalars.Word(fields["on_poison"], "dead_letter", "park")
                ?? defaults.OnPoison,
            Retry = RetryReader.Read(context, fields["retry"], defaults.Retry),
            Batch = BatchReader.Read(context, fields["batch"], defaults.Batch),
            Env = Lists.Pairs(context, fields["env"], defaults.Env, RefuseVariable),
            Config = Lists.Pairs(context, fields["config"], defaults.Config, RefuseSetting),
            HttpOut = fields["http_out"] is { } hosts
                ? Lists.Words(context, hosts, HostsMax, HostSyntax.Refuse)
                : defaults.HttpOut,
        };
    }

    private static string? RefuseVariable(string name) =>
        name.Length is > 0 and <= NameRules.LengthMax
        && !char.IsAsciiDigit(name[0])
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')
            ? null
            : "a name of letters, digits and '_', not beginning with a digit";

    private static string? RefuseSetting(string name) =>
        name.Length is > 0 and <= NameRules.LengthMax && !name.Any(char.IsControl)
            ? null
            : $"a name of 1 to {NameRules.LengthMax} characters";
}
