using System.Collections.Immutable;

namespace Waverless.Apps.Reading;

/// <summary>Reads <c>kvs: {pattern: [operations]}</c>.</summary>
internal sealed class KvsReader(ManifestContext context, string function)
{
    private readonly ImmutableArray<KeyPatternGrant>.Builder _grants =
        ImmutableArray.CreateBuilder<KeyPatternGrant>();

    private readonly ImmutableArray<KeyTrigger>.Builder _triggers =
        ImmutableArray.CreateBuilder<KeyTrigger>();

    /// <summary>Most patterns of one function.</summary>
    public const int PatternsMax = 64;

    /// <param name="kvs">The entry; null: none.</param>
    /// <param name="sorted">The first form counts patterns in the order of their bytes.</param>
    public DeclaredKeys Read(YamlEntry? kvs, bool sorted)
    {
        if (kvs is null)
        {
            return DeclaredKeys.None;
        }

        if (kvs.Value is not YamlMapping mapping)
        {
            const string Expected = "a mapping of key patterns to lists of operations";
            context.Errors.Add(kvs.Value, $"'kvs' is {kvs.Value.Kind}", Expected);
            return DeclaredKeys.None;
        }

        if (mapping.Entries.Length > PatternsMax)
        {
            var count = mapping.Entries.Length;
            context.Errors.Add(mapping, $"'kvs' has {count} patterns", $"at most {PatternsMax}");
            return DeclaredKeys.None;
        }

        foreach (var entry in mapping.Entries)
        {
            ReadPattern(entry);
        }

        if (sorted)
        {
            _grants.Sort((a, b) => string.CompareOrdinal(a.Pattern.Text, b.Pattern.Text));
        }

        return new DeclaredKeys(_grants.ToImmutable(), _triggers.ToImmutable());
    }

    private void ReadPattern(YamlEntry entry)
    {
        // A pattern with a defect still takes its place, so that kv_set: N behind it counts right.
        var pattern = context.Pattern(entry.Key, foreign: true) ?? Placeholder;
        var (operations, placeholder) = (entry.Value, (int?)null);
        if (entry.Value is YamlMapping)
        {
            var fields = Fields.Of(entry.Value, ManifestKeys.Kv, "A key pattern", context.Errors);
            placeholder = ReadPlaceholder(fields["partition"], pattern);
            operations = fields["ops"]?.Value;
        }

        var allowed = operations is null ? Missing(entry) : ReadOperations(operations, pattern);
        _grants.Add(
            new KeyPatternGrant(pattern, allowed)
            {
                Line = entry.Key.Line,
                PartitionPlaceholder = placeholder,
            }
        );
    }

    private static KeyPattern Placeholder { get; } = KeyPattern.Parse("invalid");

    private KeyOperations Missing(YamlEntry entry)
    {
        context.Errors.Add(entry.Value, $"{entry.Key.Kind} has no operations", "ops: [...]");
        return KeyOperations.None;
    }

    private int? ReadPlaceholder(YamlEntry? entry, KeyPattern pattern)
    {
        if (entry is null)
        {
            return null;
        }

        if (pattern.App is not null)
        {
            const string Why = "The partition of another app's key is that app's to decide";
            context.Errors.Add(entry.Key, Why);
            return null;
        }

        if (pattern.PlaceholderCount == 0)
        {
            const string Why = "A pattern without placeholders cannot decide a partition";
            context.Errors.Add(entry.Key, Why);
            return null;
        }

        return context.Scalars.Integer(entry, 0, pattern.PlaceholderCount - 1);
    }

    private KeyOperations ReadOperations(YamlNode node, KeyPattern pattern)
    {
        if (node is not YamlSequence list)
        {
            context.Errors.Add(node, $"The operations are {node.Kind}", Expected);
            return KeyOperations.None;
        }

        var operations = KeyOperations.None;
        foreach (var item in list.Items)
        {
            operations |= ReadOperation(item, pattern);
        }

        return operations;
    }

    private KeyOperations ReadOperation(YamlNode item, KeyPattern pattern)
    {
        var (word, details) = item switch
        {
            YamlScalar scalar => (scalar, null),
            YamlMapping { Entries: [var only] } => (only.Key, only.Value),
            _ => (null, (YamlNode?)null),
        };
        if (word is not null && TriggerKind(word.Value) is { } kind)
        {
            var condition = ReadCondition(details);
            _triggers.Add(
                new KeyTrigger(kind, pattern) { Condition = condition, Line = word.Line }
            );
            return KeyOperations.None;
        }

        if (details is null && word is not null && Operation(word.Value) is { } operation)
        {
            return operation;
        }

        var guess = word is null ? null : Suggestion.For(word.Value, Words);
        var kindOfItem = word?.Kind ?? item.Kind;
        context.Errors.Add(
            item,
            $"{kindOfItem} is not an operation",
            guess is null ? Expected : $"{Expected}; did you mean '{guess}'?"
        );
        return KeyOperations.None;
    }

    private string? ReadCondition(YamlNode? details)
    {
        if (details is null)
        {
            return null;
        }

        var known = ManifestKeys.TriggerOperation;
        var fields = Fields.Of(details, known, "A trigger", context.Errors);
        var name = context.Scalars.Text(fields["condition"], "the name of a function");
        if (name is not null)
        {
            context.Conditions.Add(((YamlScalar)fields["condition"]!.Value, function));
        }

        return name;
    }

    /// <summary>The operation that a word means; null: none.</summary>
    public static KeyOperations? Operation(string word) =>
        word switch
        {
            "get" or "read" => KeyOperations.Get,
            "set" or "write" => KeyOperations.Set,
            "delete" => KeyOperations.Delete,
            _ => null,
        };

    private static KeyTriggerKind? TriggerKind(string word) =>
        word switch
        {
            "trigger_by_write" => KeyTriggerKind.Set,
            "trigger_by_new" => KeyTriggerKind.New,
            _ => null,
        };

    private static ImmutableArray<string> Words { get; } =
    [.. ManifestKeys.Operations, .. ManifestKeys.TriggerOperations];

    private static string Expected => $"a list of {Fields.List(Words)}";
}
