using System.Diagnostics.Metrics;
using Waverless.Scheduling.Characters;
using Waverless.Scheduling.Warming;

namespace Waverless.Diagnostics;

/// <summary>Measures what is warm, what starts cold, and what was planned.</summary>
internal sealed class WarmMetrics
{
    private readonly Meter _meter;
    private readonly Counter<long> _cold;
    private readonly Counter<long> _avoided;

    public WarmMetrics(IMeterFactory meters)
    {
        _meter = meters.Create(WaverlessTelemetry.MeterName);
        _cold = _meter.CreateCounter<long>(
            WaverlessTelemetry.ColdStarts,
            "{invocation}",
            "Invocations that found no warm instance, by app."
        );
        _avoided = _meter.CreateCounter<long>(
            WaverlessTelemetry.ColdStartsAvoided,
            "{invocation}",
            "Invocations that found one because it was made ahead, by app."
        );
    }

    public void Observe(WarmKeeper keeper, ChainWarmer chains, CharacterTable characters)
    {
        _meter.CreateObservableGauge(
            WaverlessTelemetry.InstancesWarm,
            () => keeper.Instances,
            "{instance}",
            "Instances that are warm on the node."
        );
        _meter.CreateObservableGauge(
            WaverlessTelemetry.InstancesPlanned,
            () => keeper.Planned.Instances,
            "{instance}",
            "Instances that the node plans to keep warm."
        );
        _meter.CreateObservableCounter(
            WaverlessTelemetry.ChainsAhead,
            () => chains.Asked,
            "{app}",
            "Apps that were to be warm before a chain reached them."
        );
        _meter.CreateObservableGauge(
            WaverlessTelemetry.FunctionsKnown,
            () => characters.Count,
            "{function}",
            "Functions, and apps as a whole, of which the node knows how they behave."
        );
    }

    public void Started(WarmStart start, string app)
    {
        if (start == WarmStart.Cold)
        {
            _cold.Add(1, new KeyValuePair<string, object?>("app", app));
        }
        else if (start == WarmStart.Ahead)
        {
            _avoided.Add(1, new KeyValuePair<string, object?>("app", app));
        }
    }
}
