using Waverless.Messaging;
using Waverless.Messaging.Wire;

namespace Waverless.Cluster.Peers;

/// <summary>Hands what arrives from other nodes to whoever serves that kind.</summary>
internal sealed class PeerRequests : ITransportHandler
{
    private readonly Dictionary<ushort, PeerRequestHandler> _requests = [];
    private readonly Dictionary<ushort, PeerPostHandler> _posts = [];
    private readonly Dictionary<ushort, PeerStreamHandler> _streams = [];

    /// <summary>Serves a kind of request; before anything arrives.</summary>
    public void OnRequest(ushort kind, PeerRequestHandler handler) => _requests.Add(kind, handler);

    /// <summary>Serves a kind of message without answer; before anything arrives.</summary>
    public void OnPost(ushort kind, PeerPostHandler handler) => _posts.Add(kind, handler);

    /// <summary>Serves a kind of stream; before anything arrives.</summary>
    public void OnStream(ushort kind, PeerStreamHandler handler) => _streams.Add(kind, handler);

    public ValueTask<TransportReply> OnRequestAsync(
        NodeId from,
        TransportMessage message,
        CancellationToken ct
    ) =>
        _requests.TryGetValue(message.Kind, out var handler)
            ? handler(from, message, ct)
            : new ValueTask<TransportReply>(
                PeerCodec.Refuse(
                    Refusal.Types.Code.Malformed,
                    $"Requests of kind {message.Kind} are not known to this node."
                )
            );

    public ValueTask OnPostAsync(NodeId from, TransportMessage message) =>
        _posts.TryGetValue(message.Kind, out var handler) ? handler(from, message) : default;

    public ValueTask OnStreamAsync(TransportStream stream, CancellationToken ct)
    {
        if (_streams.TryGetValue(stream.Kind, out var handler))
        {
            return handler(stream, ct);
        }

        stream.Abort(TransportErrorCode.Malformed);
        return default;
    }
}
