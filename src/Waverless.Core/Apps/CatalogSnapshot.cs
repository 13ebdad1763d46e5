using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Waverless.Apps;

/// <summary>
/// All deployed apps at one moment. Immutable: readers take it once per operation.
/// </summary>
internal sealed class CatalogSnapshot
{
    private readonly FrozenDictionary<string, KeyPatternIndex> _triggers;

    public CatalogSnapshot(ulong version, IEnumerable<DeployedApp> apps)
    {
        Version = version;
        Apps = apps.ToFrozenDictionary(app => app.Manifest.Name, StringComparer.Ordinal);
        _triggers = CollectTriggers(Apps);
    }

    public static CatalogSnapshot Empty { get; } = new(0, []);

    /// <summary>Grows by one with each change of the catalog.</summary>
    public ulong Version { get; }

    public FrozenDictionary<string, DeployedApp> Apps { get; }

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

    private static FrozenDictionary<string, KeyPatternIndex> CollectTriggers(
        FrozenDictionary<string, DeployedApp> apps
    )
    {
        var manifests = apps.Values.Select(app => app.Manifest).ToArray();
        return manifests.ToFrozenDictionary(
            owner => owner.Name,
            owner => KeyPatternIndex.Create(owner, manifests),
            StringComparer.Ordinal
        );
    }
}
