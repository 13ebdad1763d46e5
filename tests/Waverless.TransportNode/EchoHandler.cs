using System.Buffers;
using Waverless.Cluster;
using Waverless.Messaging;

namespace Waverless.TransportNode;

/// <summary>Answers with what it got; kind 2 waits until it is cancelled. Streams are echoed.</summary>
internal sealed class EchoHandler : ITransportHandler
{
    private const ushort Waiting = 2;

    public async ValueTask<TransportReply> OnRequestAsync(
        NodeId from,
        TransportMessage message,
        CancellationToken ct
    )
    {
        if (message.Kind == Waiting)
        {
            await Task.Delay(Timeout.Infinite, ct);
        }

        return new TransportReply(new ReadOnlySequence<byte>(message.Body.ToArray()));
    }

    public ValueTask OnPostAsync(NodeId from, TransportMessage message) => ValueTask.CompletedTask;

    public async ValueTask OnStreamAsync(TransportStream stream, CancellationToken ct)
    {
        await stream.Input.CopyToAsync(stream.Output, ct);
        await stream.Output.CompleteAsync();
    }
}
