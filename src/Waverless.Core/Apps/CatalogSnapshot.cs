using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace Waverless.Apps;

/// <summary>All deployed apps at one moment. Immutable: readers take it once per operation.</summary>
internal sealed class CatalogSnapshot
{
    private readonly FrozenDictionary<string, TriggerTable> _triggers;

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

    public TriggerTable TriggersOn(string app) =>
        _triggers.TryGetValue(app, out var table) ? table : TriggerTable.Empty;

    private static FrozenDictionary<string, TriggerTable> CollectTriggers(
        FrozenDictionary<string, DeployedApp> apps
    ) =>
        (
            from app in apps.Values
            orderby app.Manifest.Name
            from function in app.Manifest.Functions
            from trigger in function.Triggers
            let owner = trigger.Pattern.App ?? app.Manifest.Name
            where owner == app.Manifest.Name || IsShared(apps, owner, app.Manifest.Name, trigger)
            let target = new TriggerTarget(trigger, app.Functions[function.Name])
            group target by owner into byOwner
            select (byOwner.Key, Table: new TriggerTable([.. byOwner]))
        ).ToFrozenDictionary(pair => pair.Key, pair => pair.Table, StringComparer.Ordinal);

    private static bool IsShared(
        FrozenDictionary<string, DeployedApp> apps,
        string owner,
        string app,
        KeyTrigger trigger
    ) =>
        apps.TryGetValue(owner, out var deployed)
        && deployed.Manifest.Shares.Any(share =>
            share.App == app
            && share.Operations.HasFlag(KeyOperations.Get)
            && share.Pattern.Intersects(trigger.Pattern)
        );
}
