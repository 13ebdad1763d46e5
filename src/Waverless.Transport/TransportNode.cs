using System.Security.Cryptography;
using Google.Protobuf;
using Microsoft.Extensions.Logging;
using Waverless.Cluster;
using Waverless.Messaging;
using Waverless.Transport.Diagnostics;
using Waverless.Transport.Lanes;

namespace Waverless.Transport;

/// <summary>What all parts of one node's transport share.</summary>
internal sealed class TransportNode
{
    private const int BootBytes = 16;

    public TransportNode(TransportOptions options)
    {
        Options = options;
        Id = options.Identity.Current.Node;
        Cluster = options.Identity.Current.Cluster;
        Sent = new InFlight(options.Limits.RequestsMax);
        Received = new InFlight(options.Limits.RequestsMax);
        Metrics = new TransportMetrics(options.Meters);
        Metrics.Observe(Sent, Received, Traffic);
    }

    public TransportOptions Options { get; }

    public TransportLimits Limits => Options.Limits;

    public ILogger Logger => Options.Logger;

    public NodeId Id { get; }

    public string Cluster { get; }

    /// <summary>Tells this run of the node from an earlier one.</summary>
    public ByteString Boot { get; } =
        ByteString.CopyFrom(RandomNumberGenerator.GetBytes(BootBytes));

    /// <summary>Requests of this node that wait for answers.</summary>
    public InFlight Sent { get; }

    /// <summary>Requests of others that are not answered yet.</summary>
    public InFlight Received { get; }

    public Traffic Traffic { get; } = new();

    public TransportMetrics Metrics { get; }

    public bool IsStopped { get; set; }

    public long Now => Options.Time.GetTimestamp();

    public long DeadlineAfter(TimeSpan timeout)
    {
        var ticks = timeout.TotalSeconds * Options.Time.TimestampFrequency;
        var now = Now;
        return ticks >= long.MaxValue - now ? long.MaxValue : now + (long)ticks;
    }

    public TimeSpan Since(long timestamp) => Options.Time.GetElapsedTime(timestamp);

    /// <summary>An error that this node found.</summary>
    public TransportError Error(TransportErrorCode code, string message) => new(code, Id, message);
}
