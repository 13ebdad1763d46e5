using Waverless.Messaging;

namespace Waverless.Cluster.Peers;

/// <summary>Answers requests of one kind.</summary>
internal delegate ValueTask<TransportReply> PeerRequestHandler(
    NodeId from,
    TransportMessage message,
    CancellationToken ct
);

/// <summary>Answers requests of one kind that are of the protocol.</summary>
/// <typeparam name="T">The request.</typeparam>
internal delegate ValueTask<TransportReply> PeerRequestHandler<in T>(
    NodeId from,
    T request,
    TimeSpan? timeout,
    CancellationToken ct
);

/// <summary>Takes messages of one kind that have no answer.</summary>
internal delegate ValueTask PeerPostHandler(NodeId from, TransportMessage message);

/// <summary>Serves streams of one kind.</summary>
internal delegate ValueTask PeerStreamHandler(TransportStream stream, CancellationToken ct);
