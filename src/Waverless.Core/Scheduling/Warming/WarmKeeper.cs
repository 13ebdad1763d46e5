using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Waverless.Apps;
using Waverless.Scheduling.Characters;

namespace Waverless.Scheduling.Warming;

/// <summary>
/// Keeps apps as warm as the plan says, and those that a chain is about to reach. One look at a
/// time; warming runs beside it, on the node's scheduler.
/// </summary>
internal sealed class WarmKeeper(
    AppCatalog catalog,
    CharacterTable characters,
    TimeProvider time,
    TaskScheduler scheduler,
    ILogger logger
)
{
    private readonly ConditionalWeakTable<DeployedApp, AppDemand> _demands = [];
    private long _lookedAt = time.GetTimestamp();
    private int _warming;

    /// <summary>Whether some app is warm, or runs: there is something to look after.</summary>
    public bool HasWork { get; private set; }

    /// <summary>What the last look planned: apps, and instances of all.</summary>
    public (int Apps, int Instances) Planned { get; private set; }

    /// <summary>Warm instances on the node.</summary>
    public int Instances => catalog.Current.Apps.Values.Sum(app => app.Warmth.Instances);

    /// <summary>Looks what has run since, plans, warms what is missing and drops what is idle.</summary>
    public void Look()
    {
        var now = time.GetTimestamp();
        var seconds = Math.Max(1e-3, time.GetElapsedTime(_lookedAt, now).TotalSeconds);
        _lookedAt = now;
        var apps = new List<(DeployedApp App, AppDemand Demand)>();
        foreach (var app in catalog.Current.Apps.Values)
        {
            var demand = _demands.GetOrCreateValue(app);
            demand.Look(app, seconds);
            apps.Add((app, demand));
        }

        apps.Sort(static (a, b) => ByDemand(a, b));
        var plan = new int[apps.Count];
        for (var i = 0; i < plan.Length; i++)
        {
            var isUsed = apps[i].App.Warmth.Instances > 0 || apps[i].Demand.Concurrency > 0;
            plan[i] = isUsed
                ? WarmPlan.InstancesOf(apps[i].Demand.Concurrency, apps[i].Demand.IdleSeconds)
                : 0;
        }

        WarmPlan.Cut(plan);
        for (var i = 0; i < plan.Length; i++)
        {
            Follow(apps[i].App, plan[i]);
        }

        Planned = (plan.Count(instances => instances > 0), plan.Sum());
        HasWork = Planned.Apps > 0;
    }

    /// <summary>A chain is about to reach an app: it is warmed, and kept for a while.</summary>
    public void Expect(DeployedApp app)
    {
        _demands.GetOrCreateValue(app).Expect();
        HasWork = true;
        if (app.Warmth.Instances == 0)
        {
            Warm(app, 1);
        }
    }

    private static int ByDemand(
        (DeployedApp App, AppDemand Demand) one,
        (DeployedApp App, AppDemand Demand) other
    )
    {
        var byDemand = other.Demand.Concurrency.CompareTo(one.Demand.Concurrency);
        return byDemand != 0
            ? byDemand
            : string.CompareOrdinal(one.App.Manifest.Name, other.App.Manifest.Name);
    }

    private void Follow(DeployedApp app, int planned)
    {
        var warm = app.Warmth.Instances;
        if (planned > warm)
        {
            Warm(app, planned);
        }
        else if (planned < warm && (planned == 0 || app.Active <= planned))
        {
            app.Warmth.TrimTo(planned);
            if (app.TryEnter())
            {
                Start(app, () => app.Loaded.TrimAsync(planned, CancellationToken.None));
            }
        }
    }

    private void Warm(DeployedApp app, int instances)
    {
        if (
            app.Warmth.IsWarming
            || Volatile.Read(ref _warming) >= WarmLimits.WarmingsMax
            || !app.TryEnter()
        )
        {
            return;
        }

        app.Warmth.IsWarming = true;
        Interlocked.Increment(ref _warming);
        Start(app, () => WarmAsync(app, instances));
    }

    private async ValueTask WarmAsync(DeployedApp app, int instances)
    {
        try
        {
            var began = time.GetTimestamp();
            var missing = Math.Max(1, instances - app.Warmth.Instances);
            await app.Loaded.WarmAsync(instances, CancellationToken.None);
            app.Warmth.Made(instances);
            characters.StartedCold(
                app.Manifest.Name,
                time.GetElapsedTime(began).TotalMicroseconds / missing
            );
        }
        finally
        {
            app.Warmth.IsWarming = false;
            Interlocked.Decrement(ref _warming);
        }
    }

    /// <summary>Does something with a version that was entered, and leaves it.</summary>
    private void Start(DeployedApp app, Func<ValueTask> work) =>
        _ = Task
            .Factory.StartNew(
                async () =>
                {
                    try
                    {
                        await work();
                    }
                    catch (Exception failure) when (failure is not OutOfMemoryException)
                    {
                        Log.WarmingFailed(logger, failure, app.Manifest.Name);
                    }
                    finally
                    {
                        app.Leave();
                    }
                },
                CancellationToken.None,
                TaskCreationOptions.DenyChildAttach,
                scheduler
            )
            .Unwrap();
}
