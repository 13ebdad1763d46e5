using System.Diagnostics.Metrics;
using Waverless.Diagnostics;
using Waverless.Messaging;
using Waverless.Transport.Lanes;

namespace Waverless.Transport.Diagnostics;

/// <summary>Measures what nodes say to each other; costs a branch a request while nobody listens.</summary>
internal sealed class TransportMetrics
{
    private static readonly KeyValuePair<string, object?> ToOthers = new("direction", "sent");
    private static readonly KeyValuePair<string, object?> FromOthers = new("direction", "received");

    private readonly Histogram<double>? _duration;
    private readonly Counter<long>? _refusals;
    private readonly Counter<long>? _connections;

    /// <param name="meters">Makes the meter; null: nothing is measured.</param>
    public TransportMetrics(IMeterFactory? meters)
    {
        if (meters is null)
        {
            return;
        }

        Meter = meters.Create(WaverlessTelemetry.TransportMeterName);
        _duration = Meter.CreateHistogram<double>(
            WaverlessTelemetry.TransportRequestDuration,
            "s",
            "Time from a request to its answer, by outcome.",
            tags: null,
            new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries =
                [
                    0.000_05,
                    0.000_1,
                    0.000_25,
                    0.000_5,
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
        _refusals = Meter.CreateCounter<long>(
            "waverless.transport.refusals",
            "{message}",
            "Messages that were refused at a bound, by direction and bound."
        );
        _connections = Meter.CreateCounter<long>(
            "waverless.transport.connections",
            "{attempt}",
            "Attempts to connect to a node, by outcome."
        );
    }

    private Meter? Meter { get; }

    /// <summary>Whether somebody wants to know how long requests take.</summary>
    public bool TimesRequests => _duration is { Enabled: true };

    public void Observe(InFlight sent, InFlight received, Traffic traffic)
    {
        Meter?.CreateObservableGauge<int>(
            "waverless.transport.request.active",
            () => [new(sent.Count, ToOthers), new(received.Count, FromOthers)],
            "{request}",
            "Requests that are not answered yet, by direction."
        );
        Meter?.CreateObservableCounter<long>(
            "waverless.transport.bytes",
            () => [new(traffic.SentBytes, ToOthers), new(traffic.ReceivedBytes, FromOthers)],
            "By",
            "Bytes of messages and streams between nodes, by direction."
        );
    }

    public void Answered(TransportErrorCode code, TimeSpan after) =>
        _duration?.Record(
            after.TotalSeconds,
            new KeyValuePair<string, object?>("outcome", Name(code))
        );

    public void RefusedToSend(TransportErrorCode code) =>
        _refusals?.Add(1, ToOthers, new("code", Name(code)));

    public void RefusedToTake(TransportErrorCode code) =>
        _refusals?.Add(1, FromOthers, new("code", Name(code)));

    public void Connected(bool isAgain) =>
        _connections?.Add(
            1,
            new KeyValuePair<string, object?>("outcome", isAgain ? "reconnected" : "connected")
        );

    public void NotConnected(TransportErrorCode code) =>
        _connections?.Add(1, new KeyValuePair<string, object?>("outcome", Name(code)));

    private static string Name(TransportErrorCode code) =>
        code switch
        {
            TransportErrorCode.None => "answered",
            TransportErrorCode.Unreachable => "unreachable",
            TransportErrorCode.ConnectionLost => "connection_lost",
            TransportErrorCode.TimedOut => "timed_out",
            TransportErrorCode.Cancelled => "cancelled",
            TransportErrorCode.Overloaded => "overloaded",
            TransportErrorCode.TooLarge => "too_large",
            TransportErrorCode.VersionMismatch => "version_mismatch",
            TransportErrorCode.NotTrusted => "not_trusted",
            TransportErrorCode.Malformed => "malformed",
            TransportErrorCode.HandlerFailed => "handler_failed",
            _ => "stopped",
        };
}
