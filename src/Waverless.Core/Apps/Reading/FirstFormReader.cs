using System.Collections.Immutable;

namespace Waverless.Apps.Reading;

/// <summary>
/// Reads a function in the first form: <c>event</c>, <c>args</c> and <c>kvs</c>. Its indices
/// count patterns in sorted order, as they did then. <c>args</c> are checked and then dropped:
/// the payload follows from what triggers a function, in both forms.
/// </summary>
internal static class FirstFormReader
{
    public static FunctionManifest Read(
        ManifestContext context,
        YamlEntry entry,
        FunctionManifest named
    )
    {
        var what = $"The function '{named.Name}' (with 'event' and 'args')";
        var fields = Fields.Of(entry.Value, ManifestKeys.FunctionV1, what, context.Errors);
        var keys = new KvsReader(context, named.Name).Read(fields["kvs"], sorted: true);
        var indices = new ConditionReader(context, keys.Grants);
        var http = ImmutableArray<HttpTrigger>.Empty;
        var triggers = keys.Triggers.ToBuilder();
        foreach (var item in Items(context, fields["event"], ManifestKeys.EventV1))
        {
            if (item.Name != "kv_set")
            {
                context.Scalars.Flag(item);
                http = [new HttpTrigger(HttpVerb.Post, CallKind.Indirect)];
            }
            else if (indices.Grant(item) is { } grant)
            {
                var line = item.Key.Line;
                triggers.Add(new KeyTrigger(KeyTriggerKind.Set, grant.Pattern) { Line = line });
            }
        }

        foreach (var item in Items(context, fields["args"], ManifestKeys.ArgumentV1))
        {
            _ = item.Name == "kv_key" ? indices.Grant(item) is null : context.Scalars.Flag(item);
        }

        return SettingsReader.Apply(context, fields, named) with
        {
            Http = http,
            Kvs = keys.Grants,
            Triggers = triggers.ToImmutable(),
            Home = HomeReader.Read(context, fields["partition"]),
        };
    }

    /// <summary>The entry by which a function says that <c>/{app}</c> calls it; null: no.</summary>
    public static YamlEntry? FindDefault(YamlNode function)
    {
        var events = (function as YamlMapping)?.Find("event")?.Value as YamlSequence;
        return events
            ?.Items.OfType<YamlMapping>()
            .Select(item => item.Find("http_app"))
            .FirstOrDefault(found => found is not null);
    }

    private static List<YamlEntry> Items(
        ManifestContext context,
        YamlEntry? list,
        ImmutableArray<string> known
    )
    {
        var entries = new List<YamlEntry>();
        if (list is null || list.Value is YamlScalar { IsNull: true })
        {
            return entries;
        }

        if (list.Value is not YamlSequence sequence)
        {
            var message = $"'{list.Name}' is {list.Value.Kind}";
            context.Errors.Add(list.Value, message, $"a list of {Fields.List(known)}");
            return entries;
        }

        foreach (var item in sequence.Items)
        {
            var what = $"An entry of '{list.Name}'";
            var fields = Fields.Of(item, known, what, context.Errors);
            if (fields.Entries is [var only] && known.Contains(only.Name))
            {
                entries.Add(only);
            }
            else if (fields.Entries.Length != 1 && item is not YamlScalar { IsNull: false })
            {
                context.Errors.Add(item, $"{what} is not one entry", Fields.List(known));
            }
        }

        return entries;
    }
}
