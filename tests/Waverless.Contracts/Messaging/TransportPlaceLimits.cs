namespace Waverless.Contracts.Messaging;

/// <summary>Bounds that every transport has, small enough for a test to reach them.</summary>
/// <param name="MessageBytesMax">The longest message.</param>
/// <param name="PeerRequestsMax">Requests in flight with one node.</param>
/// <param name="PeerStreamsMax">Open streams with one node.</param>
public sealed record TransportPlaceLimits(
    int MessageBytesMax = 1024 * 1024,
    int PeerRequestsMax = 4096,
    int PeerStreamsMax = 64
);
