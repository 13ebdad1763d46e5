using System.Buffers;
using System.Diagnostics;
using Google.Protobuf;
using Waverless.Messaging;

namespace Waverless.Cluster.Peers;

/// <summary>Asks other nodes.</summary>
internal sealed class PeerClient(ITransport transport, PeerBook book, NodeId self)
{
    /// <summary>Sends a request and reads what comes back; failures are answers.</summary>
    public async ValueTask<PeerAnswer<T>> AskAsync<T>(
        NodeId to,
        ushort kind,
        IMessage request,
        MessageParser<T> parser,
        TimeSpan timeout,
        CancellationToken ct,
        ActivityContext trace = default
    )
        where T : class, IMessage<T>
    {
        if (book.Find(to) is not { } address)
        {
            return new() { Error = Unknown(to) };
        }

        var size = request.CalculateSize();
        var buffer = ArrayPool<byte>.Shared.Rent(size);
        try
        {
            request.WriteTo(buffer.AsSpan(0, size));
            var body = new ReadOnlySequence<byte>(buffer, 0, size);
            var message = new TransportMessage(kind, body, timeout, trace);
            using var reply = await transport.SendAsync(address, message, ct);
            return reply.Error is { } error
                ? new() { Error = error }
                : PeerCodec.Decode(reply.Body, parser);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Sends what needs no answer, if there is room for it.</summary>
    public void Post(NodeId to, ushort kind, IMessage message)
    {
        if (book.Find(to) is { } address)
        {
            var body = new ReadOnlySequence<byte>(message.ToByteArray());
            var sent = new TransportMessage(kind, body);
            _ = transport.PostAsync(address, sent, CancellationToken.None).AsTask();
        }
    }

    /// <summary>Opens a stream.</summary>
    /// <exception cref="TransportStreamException">The node cannot be reached.</exception>
    public ValueTask<TransportStream> ConnectAsync(NodeId to, ushort kind, CancellationToken ct) =>
        book.Find(to) is { } address
            ? transport.ConnectAsync(address, kind, ct)
            : throw new TransportStreamException(Unknown(to));

    private TransportError Unknown(NodeId to) =>
        new(
            TransportErrorCode.Unreachable,
            self,
            $"No address of node {to} is known; expected it in the cluster file, or as a member."
        );
}
