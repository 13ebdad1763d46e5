using System.Collections.Frozen;
using Waverless.Apps;
using Waverless.Cluster;
using Waverless.Scheduling.Characters;

namespace Waverless.Scheduling.Warming;

/// <summary>
/// When a function begins that mostly sets off another app, sees to it that this app is warm where
/// it is going to run. Costs a function without such neighbours one look at an empty list.
/// </summary>
/// <param name="catalog">What is deployed.</param>
/// <param name="keeper">Warms on this node.</param>
/// <param name="time">The node's.</param>
internal sealed class ChainWarmer(AppCatalog catalog, WarmKeeper keeper, TimeProvider time)
{
    private readonly long _aheadTicks = time.TimestampFrequency * WarmLimits.AheadMs / 1000;
    private Hashed? _apps;
    private long _asked;

    /// <summary>Where an app is going to run; null: this node.</summary>
    public Func<DeployedApp, NodeId?> Place { get; set; } = static _ => null;

    /// <summary>Asks another node to warm an app.</summary>
    public Action<NodeId, string> Ask { get; set; } = static (_, _) => { };

    /// <summary>Apps that were to be warm before a chain reached them.</summary>
    public long Asked => Volatile.Read(ref _asked);

    /// <summary>A function begins.</summary>
    public void Began(FunctionProfile profile)
    {
        foreach (var hash in profile.NextApps)
        {
            if (
                Apps().TryGetValue(hash, out var app)
                && app.Warmth.TryAskAhead(time.GetTimestamp(), _aheadTicks)
            )
            {
                Interlocked.Increment(ref _asked);
                if (Place(app) is { } node)
                {
                    Ask(node, app.Manifest.Name);
                }
                else
                {
                    keeper.Expect(app);
                }
            }
        }
    }

    /// <summary>Another node asks for an app.</summary>
    public void Asks(string name)
    {
        if (catalog.Current.Apps.TryGetValue(name, out var app))
        {
            keeper.Expect(app);
        }
    }

    private FrozenDictionary<ulong, DeployedApp> Apps()
    {
        var current = catalog.Current;
        var apps = Volatile.Read(ref _apps);
        if (apps is null || !ReferenceEquals(apps.Of, current))
        {
            apps = new Hashed(
                current,
                current.Apps.Values.ToFrozenDictionary(app => FrozenHash.Of(app.Manifest.Name))
            );
            Volatile.Write(ref _apps, apps);
        }

        return apps.Apps;
    }

    private sealed record Hashed(CatalogSnapshot Of, FrozenDictionary<ulong, DeployedApp> Apps);
}
