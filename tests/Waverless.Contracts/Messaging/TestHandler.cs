using Waverless.Cluster;
using Waverless.Messaging;

namespace Waverless.Contracts.Messaging;

/// <summary>A handler made of delegates; what is not given answers with what it got.</summary>
public sealed class TestHandler : ITransportHandler
{
    public Func<
        NodeId,
        TransportMessage,
        CancellationToken,
        ValueTask<TransportReply>
    > Request { get; set; } = (_, message, _) => ValueTask.FromResult(Bytes.Reply(message.Body));

    public Func<NodeId, TransportMessage, ValueTask> Post { get; set; } =
        (_, _) => ValueTask.CompletedTask;

    public Func<TransportStream, CancellationToken, ValueTask> Stream { get; set; } = EchoAsync;

    public ValueTask<TransportReply> OnRequestAsync(
        NodeId from,
        TransportMessage message,
        CancellationToken ct
    ) => Request(from, message, ct);

    public ValueTask OnPostAsync(NodeId from, TransportMessage message) => Post(from, message);

    public ValueTask OnStreamAsync(TransportStream stream, CancellationToken ct) =>
        Stream(stream, ct);

    private static async ValueTask EchoAsync(TransportStream stream, CancellationToken ct)
    {
        await stream.Input.CopyToAsync(stream.Output, ct);
        await stream.Output.CompleteAsync();
    }
}
