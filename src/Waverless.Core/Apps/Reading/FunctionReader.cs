using System.Collections.Immutable;

namespace Waverless.Apps.Reading;

/// <summary>Reads one function, in the present or the first form.</summary>
internal sealed class FunctionReader(ManifestContext context, FunctionManifest defaults)
{
    public FunctionManifest Read(YamlEntry entry)
    {
        if (NameRules.RefuseFunction(entry.Name) is { } why)
        {
            var message = $"The function name {entry.Key.Kind} {why}";
            context.Errors.Add(entry.Key, message, NameRules.Expected);
        }

        var named = defaults with { Name = entry.Name, Line = entry.Key.Line };
        var first =
            entry.Value is YamlMapping mapping
            && (mapping.Find("event") ?? mapping.Find("args")) is not null;
        return first
            ? FirstFormReader.Read(context, entry, named)
            : ReadPresent(entry.Value, named);
    }

    private FunctionManifest ReadPresent(YamlNode node, FunctionManifest named)
    {
        var what = $"The function '{named.Name}'";
        var fields = Fields.Of(node, ManifestKeys.Function, what, context.Errors);
        var keys = new KvsReader(context, named.Name).Read(fields["kvs"], sorted: false);
        var conditions = new ConditionReader(context, keys.Grants).Read(fields["condition"]);
        var function = SettingsReader.Apply(context, fields, named) with
        {
            Http = ReadHttp(fields),
            Rpc = context.Scalars.Flag(fields["rpc"]),
            Messages = context.Scalars.Flag(fields["messages"]),
            Sends = SendsReader.Read(context, fields["sends"]),
            Kvs = keys.Grants,
            Triggers = [.. conditions, .. keys.Triggers],
            Timer = TimerReader.Read(context, fields["timer"]),
            Home = HomeReader.Read(context, fields["partition"]),
        };
        if (function.Commit == CommitMode.Atomic)
        {
            CheckForeignWrites(fields["kvs"], function);
        }

        return function;
    }

    /// <summary>A function that commits as one cannot write where another app's keys live.</summary>
    private void CheckForeignWrites(YamlEntry? kvs, FunctionManifest function)
    {
        // Each entry has its grant, also one with a defect.
        foreach (var (entry, grant) in Entries(kvs).Zip(function.Kvs))
        {
            if (SharingRules.IsForeignWrite(grant))
            {
                context.Errors.Add(
                    entry.Key,
                    $"'{grant.Pattern}' asks for {grant.Operations & ~KeyOperations.Get}, but "
                        + $"'{function.Name}' has 'commit: atomic', which commits in a partition "
                        + "of its own app",
                    SharingRules.ExpectedCommit["expected ".Length..]
                );
            }
        }
    }

    private static ImmutableArray<YamlEntry> Entries(YamlEntry? kvs) =>
        kvs?.Value is YamlMapping mapping ? mapping.Entries : [];

    private ImmutableArray<HttpTrigger> ReadHttp(Fields fields)
    {
        var http = ImmutableArray.CreateBuilder<HttpTrigger>();
        foreach (var entry in fields.Entries)
        {
            var verb = ManifestKeys.Http.IndexOf(entry.Name);
            if (verb >= 0 && ReadCall(entry) is { } call)
            {
                http.Add(new HttpTrigger((HttpVerb)verb, call));
            }
        }

        return http.ToImmutable();
    }

    private CallKind? ReadCall(YamlEntry entry)
    {
        var what = $"'{entry.Name}'";
        var fields = Fields.Of(entry.Value, ManifestKeys.HttpCall, what, context.Errors);
        if (fields["call"] is { } call)
        {
            return (CallKind?)context.Scalars.Word(call, "indirect", "direct");
        }

        if (entry.Value is YamlMapping { Entries.IsEmpty: true } or YamlScalar { IsNull: true })
        {
            const string Expected = "call: direct or call: indirect";
            context.Errors.Add(entry.Key, $"{what} does not say how to call", Expected);
        }

        return null;
    }
}
