using System.Buffers;

namespace Waverless.Messaging.Memory;

/// <summary>Takes a request to its node and the answer back.</summary>
internal sealed class RequestCarrier
{
    private readonly MemoryNetwork _network;
    private readonly PendingRequest _request;
    private readonly TransportMessage _message;
    private readonly byte[] _body;

    public RequestCarrier(MemoryNetwork network, PendingRequest request, TransportMessage message)
    {
        (_network, _request) = (network, request);
        _body = message.Body.ToArray();
        _message = message with { Body = new ReadOnlySequence<byte>(_body) };
    }

    public void Carry(MemoryTransport peer) =>
        _network.Carry(
            new MemoryPacket(_request.From, peer, _message.Kind) { Body = _body },
            () => Arrive(peer),
            () => Lose(peer, _request)
        );

    private void Arrive(MemoryTransport peer)
    {
        if (_request.IsDone)
        {
            return;
        }

        if (peer.Serve(_request) is { } served)
        {
            _request.Served = served;
            peer.Start(() => HandleAsync(peer, served));
            return;
        }

        var what = $"{peer.Local} handles {peer.Options.ServedMax} requests already";
        var error = new TransportError(TransportErrorCode.Overloaded, peer.Local.Id, what);
        _network.Carry(
            new MemoryPacket(peer, _request.From, _message.Kind),
            () => _request.Fail(error)
        );
    }

    private async Task HandleAsync(MemoryTransport peer, ServedRequest served)
    {
        byte[]? body = null;
        TransportError? error;
        try
        {
            using var reply = await peer.Handler.OnRequestAsync(
                _request.From.Local.Id,
                _message,
                served.Token
            );
            error = reply.Error ?? TooLarge(peer, reply.Body.Length);
            body = error is null ? reply.Body.ToArray() : null;
        }
        catch (Exception failure)
        {
            var what = $"{peer.Local} failed: {failure.GetType().Name}";
            error = new TransportError(TransportErrorCode.HandlerFailed, peer.Local.Id, what);
        }

        lock (_network.Gate)
        {
            peer.End(served);
            Answer(peer, body, error);
        }
    }

    private void Answer(MemoryTransport peer, byte[]? body, TransportError? error)
    {
        if (peer.IsClosed || _request.IsDone)
        {
            return;
        }

        _network.Carry(
            new MemoryPacket(peer, _request.From, _message.Kind) { Body = body },
            () =>
            {
                if (error is not null)
                {
                    _request.Fail(error);
                }
                else
                {
                    _request.Succeed(body!);
                }
            }
        );
    }

    private static TransportError? TooLarge(MemoryTransport peer, long bytes) =>
        bytes <= peer.Options.MessageBytesMax
            ? null
            : new TransportError(
                TransportErrorCode.HandlerFailed,
                peer.Local.Id,
                $"{peer.Local} answers with {bytes} bytes; {peer.Options.MessageBytesMax} are allowed"
            );

    /// <summary>
    /// A node dies that a request is on its way to: its caller cannot know whether before or after
    /// the request was taken.
    /// </summary>
    public static void Lose(MemoryTransport peer, PendingRequest request) =>
        peer.Network.Carry(
            new MemoryPacket(peer, request.From, 0) { IsLast = true },
            () =>
                request.Fail(
                    TransportErrorCode.ConnectionLost,
                    "went while it had a request of ours"
                )
        );
}
