namespace Waverless.Apps.Reading;

/// <summary>What every part of the reader needs while one app is read.</summary>
internal sealed class ManifestContext(string app, ErrorList errors)
{
    public string App { get; } = app;

    public ErrorList Errors { get; } = errors;

    public Scalars Scalars { get; } = new(errors);

    /// <summary>Names of functions used as conditions; checked when all are known.</summary>
    public List<(YamlScalar Name, string User)> Conditions { get; } = [];

    /// <summary>Functions of this app that messages go to; checked when all are known.</summary>
    public List<YamlScalar> Receivers { get; } = [];

    /// <summary>Reads a pattern; null: it is not legal, which has been added.</summary>
    public KeyPattern? Pattern(YamlScalar text, bool foreign)
    {
        const string Example = "a pattern such as count, slice_{} or log/{*}";
        if (!KeyPattern.TryParse(text.Value, out var pattern, out var reason))
        {
            Errors.Add(text, $"The key pattern {text.Kind} {reason}", Example);
            return null;
        }

        if (pattern.App is { } other && (!foreign || other == App))
        {
            var why = foreign ? "its own app" : "an app";
            Errors.Add(text, $"The key pattern {text.Kind} names {why}", "a pattern without '@'");
            return null;
        }

        return pattern;
    }
}
