using System.Collections.Immutable;

namespace Waverless.Apps.Reading;

/// <summary>Reads <c>shares: {other-app: {pattern: [operations]}}</c>.</summary>
internal static class SharesReader
{
    /// <summary>Most shares of one app.</summary>
    public const int SharesMax = 256;

    private const string Expected = "a mapping of apps to key patterns and operations";

    public static ImmutableArray<AppShare> Read(ManifestContext context, YamlEntry? entry)
    {
        var shares = ImmutableArray.CreateBuilder<AppShare>();
        foreach (var app in Entries(context, entry))
        {
            if ((NameRules.RefuseApp(app.Name) ?? RefuseSelf(context, app)) is { } why)
            {
                context.Errors.Add(app.Key, $"The app name {app.Key.Kind} {why}");
            }

            foreach (var share in Entries(context, app))
            {
                if (context.Pattern(share.Key, foreign: false) is { } pattern)
                {
                    var operations = ReadOperations(context, share);
                    var line = share.Key.Line;
                    shares.Add(new AppShare(app.Name, pattern, operations) { Line = line });
                }
            }
        }

        if (shares.Count > SharesMax)
        {
            context.Errors.Add(entry!.Key, $"{shares.Count} shares", $"at most {SharesMax}");
        }

        return shares.ToImmutable();
    }

    private static string? RefuseSelf(ManifestContext context, YamlEntry app) =>
        app.Name == context.App ? "is this app's own" : null;

    private static ImmutableArray<YamlEntry> Entries(ManifestContext context, YamlEntry? entry)
    {
        if (entry is null || entry.Value is YamlMapping)
        {
            return (entry?.Value as YamlMapping)?.Entries ?? [];
        }

        context.Errors.Add(entry.Value, $"'{entry.Name}' is {entry.Value.Kind}", Expected);
        return [];
    }

    private static KeyOperations ReadOperations(ManifestContext context, YamlEntry share)
    {
        var words = Lists.Words(
            context,
            share,
            ManifestKeys.Operations.Length,
            word =>
                KvsReader.Operation(word) is null
                    ? $"one of {Fields.List(ManifestKeys.Operations)}"
                    : null
        );
        return words.Aggregate(
            KeyOperations.None,
            (operations, word) => operations | KvsReader.Operation(word)!.Value
        );
    }
}
