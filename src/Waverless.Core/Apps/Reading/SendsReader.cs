using System.Collections.Immutable;

namespace Waverless.Apps.Reading;

/// <summary>Reads to which functions a function sends messages.</summary>
internal static class SendsReader
{
    /// <summary>Most functions that one function sends to.</summary>
    public const int TargetsMax = 64;

    public static ImmutableArray<FunctionAddress> Read(ManifestContext context, YamlEntry? entry)
    {
        var words = Lists.Words(context, entry, TargetsMax, Refuse);
        if (words.IsEmpty)
        {
            return [];
        }

        foreach (var item in ((YamlSequence)entry!.Value).Items)
        {
            if (item is YamlScalar word && AddressOf(context.App, word.Value).App == context.App)
            {
                context.Receivers.Add(word);
            }
        }

        return [.. words.Select(word => AddressOf(context.App, word)).Distinct()];
    }

    /// <summary>Checks the receivers within the app, when all its functions are known.</summary>
    public static void Check(ManifestContext context, AppManifest manifest)
    {
        foreach (var word in context.Receivers)
        {
            var name = AddressOf(context.App, word.Value).Function;
            if (manifest.Find(name) is not { } receiver)
            {
                context.Errors.Add(
                    word,
                    $"The app has no function {word.Kind}",
                    "a function of this app, or 'other-app/function'"
                );
            }
            else if (!receiver.Messages)
            {
                context.Errors.Add(
                    word,
                    $"The function '{name}' takes no messages",
                    "'messages:' in its declaration"
                );
            }
        }
    }

    private static string? Refuse(string word) =>
        FunctionAddress.TryParse(word, out _) || NameRules.RefuseFunction(word) is null
            ? null
            : "'app/function', or the name of a function of this app";

    private static FunctionAddress AddressOf(string app, string word) =>
        FunctionAddress.TryParse(word, out var address) ? address : new FunctionAddress(app, word);
}
