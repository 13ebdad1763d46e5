using System.Collections.Immutable;
using System.Text;
using Waverless.Apps.Reading;

namespace Waverless.Apps;

/// <summary>
/// Reads manifests: a project file (apps, each with functions), the form of one app (functions
/// under <c>fns</c>, the app's name given from outside or on top), and functions in the first
/// form (<c>event</c>, <c>args</c>). A file has at most 1 MiB.
/// </summary>
public static class ManifestReader
{
    /// <summary>Most apps of one file.</summary>
    public const int AppsMax = 256;

    /// <summary>Reads a manifest.</summary>
    /// <param name="yaml">The file, in UTF-8.</param>
    /// <param name="fileName">What errors call the file.</param>
    /// <param name="appName">The app's name, for a file that has <c>fns</c> on top.</param>
    /// <returns>The apps, in the order of the file; at least one.</returns>
    /// <exception cref="ManifestException">
    /// The file has defects. Nothing else is thrown, whatever the file holds.
    /// </exception>
    public static ImmutableArray<AppManifest> Parse(
        ReadOnlyMemory<byte> yaml,
        string fileName,
        string? appName = null
    )
    {
        ArgumentNullException.ThrowIfNull(fileName);
        var errors = new ErrorList(fileName);
        var text = YamlText.Decode(yaml.Span, errors);
        var root = text is null ? null : YamlTreeReader.Read(text, errors);
        var apps = root is null ? [] : ReadRoot(root, appName, errors);
        errors.ThrowIfAny(appName ?? (apps.Length == 1 ? apps[0].Name : null));
        return apps;
    }

    /// <inheritdoc cref="Parse(ReadOnlyMemory{byte}, string, string?)"/>
    public static ImmutableArray<AppManifest> Parse(
        string yaml,
        string fileName,
        string? appName = null
    )
    {
        ArgumentNullException.ThrowIfNull(yaml);
        return Parse(Encoding.UTF8.GetBytes(yaml), fileName, appName);
    }

    private static ImmutableArray<AppManifest> ReadRoot(
        YamlNode root,
        string? appName,
        ErrorList errors
    )
    {
        if (root is not YamlMapping mapping || mapping.Entries.IsEmpty)
        {
            errors.Add(root, $"The file holds {root.Kind}", "an app with functions");
            return [];
        }

        if (mapping.Find("fns") is { } functions)
        {
            if (appName is not null)
            {
                return [AppReader.Read(appName, functions.Key, mapping, errors)];
            }

            errors.Add(functions.Key, "The file does not name its app", "its name on top");
            return [];
        }

        if (mapping.Entries.Length > AppsMax)
        {
            var message = $"The file holds {mapping.Entries.Length} apps";
            errors.Add(root, message, $"at most {AppsMax}");
            return [];
        }

        return
        [
            .. mapping.Entries.Select(app => AppReader.Read(app.Name, app.Key, app.Value, errors)),
        ];
    }
}
