using Google.Protobuf;
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
    /// <remarks>What cannot be read as one is refused, and does not get to the handler.</remarks>
    public void OnRequest<T>(ushort kind, MessageParser<T> parser, PeerRequestHandler<T> handler)
        where T : IMessage<T> =>
        _requests.Add(
            kind,
            (from, message, ct) =>
            {
                T request;
                try
                {
                    request = parser.ParseFrom(message.Body);
                }
                catch (InvalidProtocolBufferException unreadable)
                {
                    return new ValueTask<TransportReply>(
                        PeerCodec.Refuse(Refusal.Types.Code.Malformed, unreadable.Message)
                    );
                }

                return handler(from, request, message.Timeout, ct);
            }
        );

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
