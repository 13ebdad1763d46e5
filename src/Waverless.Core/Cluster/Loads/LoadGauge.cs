using Waverless.Apps;
using Waverless.Events;
using Waverless.Invocations;

namespace Waverless.Cluster.Loads;

/// <summary>What a node knows of its own load.</summary>
internal sealed class LoadGauge(AppCatalog catalog, Backlog backlog, IGuestThreads threads)
{
    /// <summary>Run time that is assumed of what has not run yet.</summary>
    private const float RunMsUnknown = 2;

    private float _meanRunMs = RunMsUnknown;

    /// <summary>Asks for the use of the machine; nobody is asked without it.</summary>
    public Func<NodeUsage> Usage { get; set; } = static () => default;

    public NodeLoad Last { get; private set; } = new();

    /// <summary>
    /// How long what comes now would wait for a processor, in milliseconds; as of now, not of the
    /// last look.
    /// </summary>
    public float WaitMs
    {
        get
        {
            var slots = Math.Max(1, threads.Slots);
            var (active, queued) = (threads.Active, threads.Queued);
            return active < slots && queued == 0
                ? 0
                : (queued + (0.5f * Math.Min(active, slots))) * _meanRunMs / slots;
        }
    }

    /// <summary>Looks at everything that runs and waits.</summary>
    public NodeLoad Look()
    {
        var (active, queued) = (0, 0);
        var (workMs, runs, runMs) = (0.0, 0.0, 0.0);
        var warm = new List<KeyValuePair<string, int>>();
        foreach (var app in catalog.Current.Apps.Values)
        {
            var mean = MeanRunMs(app, ref runs, ref runMs);
            var (inside, waiting) = Admitted(app);
            waiting += (int)Math.Clamp(backlog.Of(app.Manifest.Name) - inside, 0, int.MaxValue / 2);
            active += inside;
            queued += waiting;
            workMs += mean * ((inside / 2.0) + waiting);
            if (app.Warmth.Instances > 0)
            {
                warm.Add(KeyValuePair.Create(app.Manifest.Name, app.Warmth.Instances));
            }
        }

        _meanRunMs = runs > 0 ? (float)(runMs / runs) : RunMsUnknown;
        return Last = new NodeLoad
        {
            Slots = Math.Max(1, threads.Slots),
            Active = active,
            Queued = queued,
            BacklogMs = (float)workMs,
            Usage = Usage(),
            Warm = WarmApps.Create(warm),
        };
    }

    private static (int Inside, int Waiting) Admitted(DeployedApp app)
    {
        var (inside, waiting) = (app.Gate.Active, app.Gate.Waiting);
        foreach (var function in app.Functions.Values)
        {
            if (!ReferenceEquals(function.Gate, app.Gate))
            {
                inside += function.Gate.Active;
                waiting += function.Gate.Waiting;
            }
        }

        return (inside, waiting);
    }

    private static float MeanRunMs(DeployedApp app, ref double runs, ref double runMs)
    {
        var (ownRuns, ownMs) = (0.0, 0.0);
        foreach (var function in app.Functions.Values)
        {
            if (function.Profile?.Now is { Runs: > 0 } known)
            {
                ownRuns += known.Runs;
                ownMs += known.Runs * known.Means.RunMs;
            }
        }

        runs += ownRuns;
        runMs += ownMs;
        return ownRuns > 0 ? (float)(ownMs / ownRuns) : RunMsUnknown;
    }
}
