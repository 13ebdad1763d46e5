using System.Collections.Immutable;
using System.Globalization;

namespace Waverless.Apps.Reading;

/// <summary>Reads <c>affinity: {tags: [...], nodes: "*" | "3" | "1,2,3"}</c>.</summary>
internal static class AffinityReader
{
    private const int TagsMax = 16;
    private const int NodesMax = 1_024;
    private const string NodesExpected = "'*' for all, a number of nodes, or ids such as '1,2,3'";

    public static FunctionAffinity Read(
        ManifestContext context,
        YamlEntry? entry,
        FunctionAffinity defaults
    )
    {
        if (entry is null)
        {
            return defaults;
        }

        var fields = Fields.Of(entry.Value, ManifestKeys.Affinity, "'affinity'", context.Errors);
        var affinity = FunctionAffinity.Anywhere with
        {
            Tags = Lists.Words(context, fields["tags"], TagsMax, RefuseTag),
        };
        if (context.Scalars.Text(fields["nodes"], NodesExpected) is not { } nodes)
        {
            return affinity;
        }

        return ReadNodes(affinity, nodes) ?? Refuse(context, fields["nodes"]!, affinity);
    }

    private static FunctionAffinity Refuse(
        ManifestContext context,
        YamlEntry nodes,
        FunctionAffinity affinity
    )
    {
        context.Errors.Add(nodes.Value, $"'nodes' is {nodes.Value.Kind}", NodesExpected);
        return affinity;
    }

    private static FunctionAffinity? ReadNodes(FunctionAffinity affinity, string nodes)
    {
        if (nodes == "*")
        {
            return affinity;
        }

        if (!nodes.Contains(',', StringComparison.Ordinal))
        {
            return Number(nodes) is { } count and >= 1 and <= NodesMax
                ? affinity with
                {
                    NodesMax = count,
                }
                : null;
        }

        var ids = ImmutableArray.CreateBuilder<int>();
        foreach (var part in nodes.Split(',', StringSplitOptions.TrimEntries))
        {
            if (Number(part) is not { } id || ids.Contains(id) || ids.Count == NodesMax)
            {
                return null;
            }

            ids.Add(id);
        }

        return affinity with
        {
            NodeIds = ids.ToImmutable(),
        };
    }

    private static int? Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? number
            : null;

    private static string? RefuseTag(string tag) =>
        NameRules.RefuseFunction(tag) is null ? null : $"a tag of {NameRules.Expected}";
}
