using System.Diagnostics;
using System.Diagnostics.Metrics;
using Waverless.Invocations;

namespace Waverless.Diagnostics;

/// <summary>Measures invocations; costs two branches while nobody listens.</summary>
internal sealed class InvocationMetrics : IDisposable
{
    private readonly ActivitySource _source = new(WaverlessTelemetry.ActivitySourceName);
    private readonly Histogram<double> _duration;
    private readonly double _secondsPerTick;

    public InvocationMetrics(IMeterFactory meters, TimeProvider time)
    {
        _secondsPerTick = 1.0 / time.TimestampFrequency;
        _duration = meters
            .Create(WaverlessTelemetry.MeterName)
            .CreateHistogram<double>(
                WaverlessTelemetry.InvocationDuration,
                "s",
                "Run time of invocations.",
                tags: null,
                new InstrumentAdvice<double>
                {
                    HistogramBucketBoundaries =
                    [
                        0.000_01,
                        0.000_1,
                        0.001,
                        0.005,
                        0.01,
                        0.05,
                        0.1,
                        0.5,
                        1,
                        5,
                        30,
                    ],
                }
            );
    }

    public Activity? Begin(Invocation call) =>
        _source.HasListeners()
            ? _source.StartActivity(
                call.Address.ToString(),
                call.Trigger == TriggerKind.Http ? ActivityKind.Server : ActivityKind.Consumer,
                call.Trace.ToContext()
            )
            : null;

    public void End(Invocation call, Activity? activity, InvocationStatus status, long ticks)
    {
        if (_duration.Enabled)
        {
            var tags = new TagList
            {
                { "app", call.Address.App },
                { "function", call.Address.Function },
                { "trigger", call.Trigger.ToString() },
                { "outcome", status.ToString() },
            };
            _duration.Record(ticks * _secondsPerTick, tags);
        }

        if (activity is not null)
        {
            if (status != InvocationStatus.Completed)
            {
                activity.SetStatus(ActivityStatusCode.Error, status.ToString());
            }

            activity.Dispose();
        }
    }

    public void Dispose() => _source.Dispose();
}
