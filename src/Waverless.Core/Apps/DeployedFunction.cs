using Waverless.Invocations;
using Waverless.Scheduling;
using Waverless.Scheduling.Characters;

namespace Waverless.Apps;

/// <summary>A function of a deployed app with everything its invocations need at hand.</summary>
internal sealed class DeployedFunction
{
    private readonly bool _reachesOtherApps;

    public DeployedFunction(DeployedApp app, FunctionManifest manifest, int index, Gate gate)
    {
        App = app;
        Manifest = manifest;
        Index = index;
        Gate = gate;
        Address = new FunctionAddress(app.Manifest.Name, manifest.Name);
        Capabilities = CapabilitySet.Create(app.Manifest, manifest, app.FindManifest);
        Statistics = new FunctionStatistics(app.Time);
        _reachesOtherApps = manifest.Kvs.Any(grant => grant.Pattern.App is not null);
        Affinity = new AffinityFilter(Address, manifest.Affinity);
        Commit = manifest.Commit ?? app.Loaded.Traits.DefaultCommit;
        IsStateless =
            manifest is { Timer: null, Messages: false }
            && manifest.Kvs.IsEmpty
            && manifest.Triggers.IsEmpty
            && manifest.Sends.IsEmpty;
    }

    public DeployedApp App { get; }

    public FunctionManifest Manifest { get; }

    public int Index { get; }

    public FunctionAddress Address { get; }

    /// <summary>What it may touch, as the other apps share now.</summary>
    public CapabilitySet Capabilities { get; private set; }

    public Gate Gate { get; }

    public FunctionStatistics Statistics { get; }

    /// <summary>On which nodes of a cluster it may run.</summary>
    public AffinityFilter Affinity { get; }

    /// <summary>Where its runs are recorded; null: nowhere yet.</summary>
    public FunctionProfile? Profile { get; set; }

    /// <summary>What a scheduler is told of it.</summary>
    public FunctionCharacter Character =>
        (Profile?.Now.Means ?? default) with
        {
            IsStateless = IsStateless,
        };

    public CommitMode Commit { get; }

    /// <summary>Whether it keeps nothing and is started by calls alone: any node may run it.</summary>
    public bool IsStateless { get; }

    /// <summary>Looks again at what other apps share; called after each change of the catalog.</summary>
    public void Reshare()
    {
        if (_reachesOtherApps)
        {
            Capabilities = CapabilitySet.Create(App.Manifest, Manifest, App.FindManifest);
        }
    }
}
