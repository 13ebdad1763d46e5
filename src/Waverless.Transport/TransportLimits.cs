namespace Waverless.Transport;

/// <summary>Bounds of a transport. A bound that is reached is a typed error, never a wait.</summary>
public sealed record TransportLimits
{
    /// <summary>The longest message, sent or received, in bytes; longer ones are streams.</summary>
    /// <value>Default: 17 MiB, a batch of the store and its envelope.</value>
    public int MessageBytesMax { get; init; } = 17 * 1024 * 1024;

    /// <summary>Requests to or from one node that are not answered yet.</summary>
    /// <value>Default: 4,096; further ones are <c>Overloaded</c>.</value>
    public int PeerRequestsMax { get; init; } = 4096;

    /// <summary>The same for all nodes together, each way.</summary>
    /// <value>Default: 16,384; further ones are <c>Overloaded</c>.</value>
    public int RequestsMax { get; init; } = 16384;

    /// <summary>Bytes that wait to be written to one node.</summary>
    /// <value>Default: 64 MiB; further requests are <c>Overloaded</c>, posts wait.</value>
    public int PeerQueueBytesMax { get; init; } = 64 * 1024 * 1024;

    /// <summary>Open streams to or from one node.</summary>
    /// <value>Default: 1,024; further ones are <c>Overloaded</c>.</value>
    public int PeerStreamsMax { get; init; } = 1024;

    /// <summary>Other nodes that are connected, each way.</summary>
    /// <value>Default: 1,024; further ones are <c>Overloaded</c>.</value>
    public int PeersMax { get; init; } = 1024;

    /// <summary>Connections that are not through with the handshake.</summary>
    /// <value>Default: 64; further ones wait to be accepted.</value>
    public int HandshakesMax { get; init; } = 64;

    /// <summary>How long connecting and the handshake may take.</summary>
    /// <value>Default: 3 s; then the node is <c>Unreachable</c>.</value>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>How long a request without a timeout of its own waits for its answer.</summary>
    /// <value>Default: 30 s.</value>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A link on which nothing arrives for so long, pings unanswered, is dead.</summary>
    /// <value>Default: 2 s.</value>
    public TimeSpan DeadAfter { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a link may be silent before it is asked whether it lives.</summary>
    internal TimeSpan PingAfter => DeadAfter / 4;

    /// <summary>After a failed attempt to connect, no other one for so long; doubled each time.</summary>
    /// <value>Default: 50 ms.</value>
    public TimeSpan BackoffFirst { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>The longest pause between attempts to connect.</summary>
    /// <value>Default: 2 s.</value>
    public TimeSpan BackoffLongest { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Channels for requests to one node; a second one is used beside a full one.</summary>
    /// <value>Default: 2.</value>
    public int Lanes { get; init; } = 2;
}
