using Waverless.Apps;
using Waverless.Cluster;
using Waverless.Cluster.Loads;
using Waverless.Diagnostics;
using Waverless.Events;
using Waverless.Scheduling.Characters;

namespace Waverless.Scheduling.Warming;

/// <summary>
/// All that a node learns of its functions and does about it: their character, its load, what is
/// kept warm.
/// </summary>
internal sealed class AppWarming : IDisposable
{
    private readonly WarmMetrics _metrics;

    public AppWarming(NodeParts parts, AppCatalog catalog, Backlog backlog)
    {
        Characters = new CharacterTable(parts.Time);
        Keeper = new WarmKeeper(
            catalog,
            Characters,
            parts.Time,
            parts.Scheduler,
            parts.Loggers.CreateLogger("Waverless.Scheduling")
        );
        Chains = new ChainWarmer(catalog, Keeper, parts.Time);
        Gauge = new LoadGauge(catalog, backlog, parts.Threads);
        if (parts.Usage is { } usage)
        {
            Gauge.Usage = usage;
        }

        Pulse = new NodePulse(Characters, Keeper, Gauge, parts.Time, parts.Scheduler);
        _metrics = new WarmMetrics(parts.Meters);
        _metrics.Observe(Keeper, Chains, Characters);
    }

    public CharacterTable Characters { get; }

    public WarmKeeper Keeper { get; }

    public ChainWarmer Chains { get; }

    public LoadGauge Gauge { get; }

    public NodePulse Pulse { get; }

    /// <summary>A function begins, on the hot path.</summary>
    /// <returns>Whether it finds no warm instance.</returns>
    public bool Began(DeployedFunction function)
    {
        Pulse.Wake();
        var start = function.App.Warmth.Began(function.App.Active);
        if (start != WarmStart.Warm)
        {
            _metrics.Started(start, function.Address.App);
        }

        if (function.Profile is { NextApps.IsEmpty: false } profile)
        {
            Chains.Began(profile);
        }

        return start == WarmStart.Cold;
    }

    public void Dispose() => Pulse.Dispose();
}
