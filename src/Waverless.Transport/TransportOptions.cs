using System.Diagnostics.Metrics;
using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Waverless.Transport.Identity;

namespace Waverless.Transport;

/// <summary>Who a node is among the others, and how they reach it.</summary>
public sealed record TransportOptions
{
    /// <summary>Proves who this node is; asked for each new connection, so it may change.</summary>
    public required INodeIdentitySource Identity { get; init; }

    /// <summary>Where to listen.</summary>
    /// <value>Default: any free port of the loopback.</value>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, 0);

    /// <summary>The host under which others reach this node.</summary>
    /// <value>Default: the address of <see cref="Listen"/>.</value>
    public string? AdvertisedHost { get; init; }

    /// <summary>What carries the messages.</summary>
    /// <value>Default: QUIC where the machine can, else TCP.</value>
    public TransportKind Kind { get; init; }

    /// <summary>Bounds.</summary>
    public TransportLimits Limits { get; init; } = new();

    /// <summary>The clock of timeouts and backoff.</summary>
    /// <value>Default: the system's.</value>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Makes the meter <c>Waverless.Transport</c>.</summary>
    /// <value>Default: null, nothing is measured.</value>
    public IMeterFactory? Meters { get; init; }

    /// <summary>Hears of connections that come and go.</summary>
    /// <value>Default: nobody.</value>
    public ILogger Logger { get; init; } = NullLogger.Instance;
}
