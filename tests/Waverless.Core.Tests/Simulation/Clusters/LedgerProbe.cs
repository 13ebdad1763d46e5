using Waverless.Apps;

namespace Waverless.Simulation.Clusters;

/// <summary>Watches how many calls run at once in one version on one node.</summary>
internal sealed class LedgerProbe(ClusterSim sim)
{
    private readonly Dictionary<DeployedApp, int> _running = [];

    /// <summary>A call has begun; it takes a moment, and has ended when this is disposed.</summary>
    public async Task<IDisposable> EnterAsync(ScriptCall call)
    {
        var app = call.Invocation.App!;
        var running = _running[app] = _running.GetValueOrDefault(app) + 1;
        if (running > LedgerApp.ConcurrencyMax)
        {
            sim.Violations.Add(
                $"{running} calls of {call.Invocation.Address} run at once; at most "
                    + $"{LedgerApp.ConcurrencyMax} may"
            );
        }

        await sim.Loop.DelayAsync(sim.Loop.Random.NextDouble() * 0.02);
        return new Leaving(() => _running[app]--);
    }

    private sealed class Leaving(Action leave) : IDisposable
    {
        public void Dispose() => leave();
    }
}
