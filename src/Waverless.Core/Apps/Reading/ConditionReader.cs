using System.Collections.Immutable;
using System.Globalization;

namespace Waverless.Apps.Reading;

/// <summary>Reads <c>condition: {kv_set: N}</c>; N counts the function's kvs.</summary>
internal sealed class ConditionReader(
    ManifestContext context,
    ImmutableArray<KeyPatternGrant> grants
)
{
    public ImmutableArray<KeyTrigger> Read(YamlEntry? condition)
    {
        if (condition is null)
        {
            return [];
        }

        var known = ManifestKeys.Condition;
        var fields = Fields.Of(condition.Value, known, "'condition'", context.Errors);
        if (fields.Entries.IsEmpty && condition.Value is YamlScalar { IsNull: true })
        {
            context.Errors.Add(condition.Key, "'condition' is empty", Fields.List(known));
        }

        var triggers = ImmutableArray.CreateBuilder<KeyTrigger>();
        foreach (var entry in fields.Entries)
        {
            if (KindOf(entry.Name) is { } kind && Grant(entry) is { } grant)
            {
                triggers.Add(new KeyTrigger(kind, grant.Pattern) { Line = entry.Key.Line });
            }
        }

        return triggers.ToImmutable();
    }

    /// <summary>The grant that an index counts; null: none, and the error is added.</summary>
    public KeyPatternGrant? Grant(YamlEntry entry)
    {
        if (grants.IsEmpty)
        {
            context.Errors.Add(
                entry.Value,
                $"'{entry.Name}' counts key patterns, but the function declares none",
                "a pattern under 'kvs'"
            );
            return null;
        }

        var expected =
            $"an index into 'kvs' from 0 to {grants.Length - 1}, which declares "
            + (grants.Length == 1 ? "1 pattern" : $"{grants.Length} patterns");
        if (context.Scalars.Text(entry, expected) is not { } text)
        {
            return null;
        }

        var culture = CultureInfo.InvariantCulture;
        if (
            int.TryParse(text, NumberStyles.AllowLeadingSign, culture, out var index)
            && index >= 0
            && index < grants.Length
        )
        {
            return grants[index];
        }

        var name = ((YamlScalar)entry.Value).Kind;
        context.Errors.Add(entry.Value, $"'{entry.Name}' is {name}", expected);
        return null;
    }

    private static KeyTriggerKind? KindOf(string key) =>
        key switch
        {
            "kv_set" => KeyTriggerKind.Set,
            "kv_new" => KeyTriggerKind.New,
            "kv_delete" => KeyTriggerKind.Delete,
            _ => null,
        };
}
