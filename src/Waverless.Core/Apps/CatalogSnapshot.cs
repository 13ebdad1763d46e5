using System.Diagnostics.CodeAnalysis;

namespace Waverless.Apps;

/// <summary>
/// All deployed apps at one moment. Immutable: readers take it once per operation. The next one is
/// made from it at the cost of what changes: a deploy is part of an app's cold start.
/// </summary>
internal sealed class CatalogSnapshot
{
    private readonly Dictionary<string, KeyPatternIndex> _triggers;

    private CatalogSnapshot(
        ulong version,
        Dictionary<string, DeployedApp> apps,
        Dictionary<string, KeyPatternIndex> triggers
    )
    {
        Version = version;
        Apps = apps;
        _triggers = triggers;
    }

    public static CatalogSnapshot Empty { get; } =
        new(0, new(StringComparer.Ordinal), new(StringComparer.Ordinal));

    /// <summary>Grows by one with each change of the catalog.</summary>
    public ulong Version { get; }

    /// <summary>By name; never changed once the snapshot is there.</summary>
    public Dictionary<string, DeployedApp> Apps { get; }

    public bool TryFind(
        string app,
        string function,
        [NotNullWhen(true)] out DeployedFunction? found
    )
    {
        found = null;
        return Apps.TryGetValue(app, out var deployed)
            && deployed.Functions.TryGetValue(function, out found);
    }

    /// <summary>What changes of the app's keys start, whoever declared it.</summary>
    public KeyPatternIndex TriggersOn(string app) =>
        _triggers.TryGetValue(app, out var index) ? index : KeyPatternIndex.Empty;

    /// <summary>The snapshot after an app came in, or took the place of its last version.</summary>
    public CatalogSnapshot With(DeployedApp app)
    {
        var name = app.Manifest.Name;
        var apps = new Dictionary<string, DeployedApp>(Apps, StringComparer.Ordinal)
        {
            [name] = app,
        };
        return Next(apps, name, Apps.GetValueOrDefault(name)?.Manifest, app.Manifest);
    }

    /// <summary>The snapshot after an app was taken out.</summary>
    public CatalogSnapshot Without(string name)
    {
        var apps = new Dictionary<string, DeployedApp>(Apps, StringComparer.Ordinal);
        apps.Remove(name, out var removed);
        return Next(apps, name, removed?.Manifest, null);
    }

    /// <summary>
    /// Only the triggers on the keys of the app itself and of those that one of its versions looks
    /// at can be others than before.
    /// </summary>
    private CatalogSnapshot Next(
        Dictionary<string, DeployedApp> apps,
        string changed,
        AppManifest? before,
        AppManifest? after
    )
    {
        var triggers = new Dictionary<string, KeyPatternIndex>(_triggers, StringComparer.Ordinal);
        Collect(apps, triggers, changed);
        CollectTargets(apps, triggers, before);
        CollectTargets(apps, triggers, after);
        return new CatalogSnapshot(Version + 1, apps, triggers);
    }

    private static void CollectTargets(
        Dictionary<string, DeployedApp> apps,
        Dictionary<string, KeyPatternIndex> triggers,
        AppManifest? app
    )
    {
        foreach (var function in app?.Functions ?? [])
        {
            foreach (var trigger in function.Triggers)
            {
                if (trigger.Pattern.App is { } other)
                {
                    Collect(apps, triggers, other);
                }
            }
        }
    }

    private static void Collect(
        Dictionary<string, DeployedApp> apps,
        Dictionary<string, KeyPatternIndex> triggers,
        string owner
    )
    {
        if (!apps.TryGetValue(owner, out var deployed))
        {
            triggers.Remove(owner);
            return;
        }

        triggers[owner] = KeyPatternIndex.Create(
            deployed.Manifest,
            apps.Values.Select(app => app.Manifest)
        );
    }
}
