namespace Waverless.Diagnostics;

/// <summary>Names under which Waverless reports; stable.</summary>
public static class WaverlessTelemetry
{
    /// <summary>The meter of invocations and events.</summary>
    public const string MeterName = "Waverless.Core";

    /// <summary>The activity source of invocations.</summary>
    public const string ActivitySourceName = "Waverless.Core";

    /// <summary>
    /// Histogram, seconds: run time of invocations by app, function, trigger, outcome.
    /// </summary>
    public const string InvocationDuration = "waverless.invocation.duration";
}
