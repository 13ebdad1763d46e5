using Waverless.Apps;

namespace Waverless.Scheduling.Warming;

/// <summary>
/// How much of an app is asked for on this node: runs per second, each function's times its run
/// time, which is how many run at once (Little 1961).
/// </summary>
internal sealed class AppDemand
{
    /// <summary>Seconds after which a rate that has changed is known by half.</summary>
    private const double HalfLifeSeconds = 5;

    private readonly Dictionary<string, uint> _seen = new(StringComparer.Ordinal);

    /// <summary>How many instances are busy at once, by the higher run times.</summary>
    public double Concurrency { get; private set; }

    /// <summary>Seconds since it last ran, or was asked for ahead.</summary>
    public double IdleSeconds { get; private set; }

    /// <summary>Looks at what has run since the last time.</summary>
    public void Look(DeployedApp app, double seconds)
    {
        var busy = 0.0;
        var ran = false;
        foreach (var function in app.Functions.Values)
        {
            if (function.Profile is not { } profile)
            {
                continue;
            }

            _seen.TryGetValue(function.Manifest.Name, out var before);
            var runs = profile.LocalRuns - before;
            _seen[function.Manifest.Name] = profile.LocalRuns;
            ran |= runs > 0;
            busy += runs / seconds * (profile.Now.RunMsHigh / 1000);
        }

        var old = Math.Pow(0.5, seconds / HalfLifeSeconds);
        Concurrency = (Concurrency * old) + (busy * (1 - old));
        IdleSeconds = ran ? 0 : IdleSeconds + seconds;
    }

    /// <summary>It is expected to run soon.</summary>
    public void Expect() => IdleSeconds = 0;
}
