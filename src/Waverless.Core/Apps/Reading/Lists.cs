using System.Collections.Immutable;

namespace Waverless.Apps.Reading;

/// <summary>Reads lists of words and mappings of words to words.</summary>
internal static class Lists
{
    /// <summary>Most entries of <c>env</c> and of <c>config</c>.</summary>
    public const int PairsMax = 128;

    /// <summary>Reads a list of distinct words.</summary>
    /// <param name="context">Where defects go.</param>
    /// <param name="entry">The list; null: none.</param>
    /// <param name="max">Most words.</param>
    /// <param name="refuse">What would be right; null: the word is.</param>
    public static ImmutableArray<string> Words(
        ManifestContext context,
        YamlEntry? entry,
        int max,
        Func<string, string?> refuse
    )
    {
        if (entry is null)
        {
            return [];
        }

        if (entry.Value is not YamlSequence list || list.Items.Length > max)
        {
            var message = $"'{entry.Name}' is {entry.Value.Kind}";
            context.Errors.Add(entry.Value, message, $"a list of at most {max} words");
            return [];
        }

        var words = ImmutableArray.CreateBuilder<string>();
        foreach (var item in list.Items)
        {
            var wrong = item is YamlScalar { IsNull: false } word ? refuse(word.Value) : "a word";
            if (wrong is not null)
            {
                context.Errors.Add(item, $"'{entry.Name}' holds {item.Kind}", wrong);
            }
            else if (!words.Contains(((YamlScalar)item).Value))
            {
                words.Add(((YamlScalar)item).Value);
            }
        }

        return words.ToImmutable();
    }

    /// <summary>Reads a mapping of words to texts and lays it over the defaults.</summary>
    public static ImmutableSortedDictionary<string, string> Pairs(
        ManifestContext context,
        YamlEntry? entry,
        ImmutableSortedDictionary<string, string> defaults,
        Func<string, string?> refuseKey
    )
    {
        if (entry is null)
        {
            return defaults;
        }

        if (entry.Value is not YamlMapping mapping || mapping.Entries.Length > PairsMax)
        {
            var message = $"'{entry.Name}' is {entry.Value.Kind}";
            context.Errors.Add(entry.Value, message, $"a mapping of at most {PairsMax} texts");
            return defaults;
        }

        var pairs = defaults.ToBuilder();
        foreach (var pair in mapping.Entries)
        {
            if (refuseKey(pair.Name) is { } wrong)
            {
                context.Errors.Add(pair.Key, $"'{entry.Name}' holds {pair.Key.Kind}", wrong);
            }
            else if (pair.Value is not YamlScalar value || value.Value.Contains('\0'))
            {
                context.Errors.Add(pair.Value, $"'{pair.Name}' is {pair.Value.Kind}", "a text");
            }
            else
            {
                pairs[pair.Name] = value.IsNull ? "" : value.Value;
            }
        }

        return pairs.ToImmutable();
    }
}
