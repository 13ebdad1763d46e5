using System.Collections.Immutable;

namespace Waverless.Apps.Reading;

/// <summary>The entries of a mapping whose keys are known beforehand.</summary>
internal sealed class Fields
{
    private readonly YamlMapping? _mapping;

    private Fields(YamlMapping? mapping) => _mapping = mapping;

    public ImmutableArray<YamlEntry> Entries => _mapping?.Entries ?? [];

    public YamlEntry? this[string key] => _mapping?.Find(key);

    /// <summary>
    /// Takes a node as a mapping; nothing counts as an empty one. Unknown keys are errors.
    /// </summary>
    public static Fields Of(
        YamlNode node,
        ImmutableArray<string> known,
        string what,
        ErrorList errors
    )
    {
        if (node is not YamlMapping mapping)
        {
            if (node is not YamlScalar { IsNull: true })
            {
                errors.Add(node, $"{what} is {node.Kind}", $"a mapping of {List(known)}");
            }

            return new Fields(null);
        }

        foreach (var entry in mapping.Entries)
        {
            if (!known.Contains(entry.Name, StringComparer.Ordinal))
            {
                errors.Add(entry.Key, $"{what} has no key {entry.Key.Kind}", Hint(entry, known));
            }
        }

        return new Fields(mapping);
    }

    public static string List(ImmutableArray<string> words) => string.Join(", ", words);

    private static string Hint(YamlEntry entry, ImmutableArray<string> known) =>
        Suggestion.For(entry.Name, known) is { } word
            ? $"one of {List(known)}; did you mean '{word}'?"
            : $"one of {List(known)}";
}
