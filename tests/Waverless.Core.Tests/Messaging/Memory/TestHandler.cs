using System.Buffers;
using System.Text;
using Waverless.Cluster;

namespace Waverless.Messaging.Memory;

/// <summary>A handler made of lambdas; by default it echoes.</summary>
internal sealed class TestHandler : ITransportHandler
{
    public Func<string, CancellationToken, Task<string>> Request { get; set; } =
        static (text, _) => Task.FromResult(text);

    public Func<string, Task> Post { get; set; } = static _ => Task.CompletedTask;

    public Func<TransportStream, CancellationToken, Task> Stream { get; set; } =
        static (_, _) => Task.CompletedTask;

    public List<string> Posts { get; } = [];

    public List<(NodeId From, ushort Kind)> Senders { get; } = [];

    public async ValueTask<TransportReply> OnRequestAsync(
        NodeId from,
        TransportMessage message,
        CancellationToken ct
    )
    {
        Senders.Add((from, message.Kind));
        var answer = await Request(Encoding.UTF8.GetString(message.Body), ct);
        return new TransportReply(new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(answer)));
    }

    public async ValueTask OnPostAsync(NodeId from, TransportMessage message)
    {
        Senders.Add((from, message.Kind));
        var text = Encoding.UTF8.GetString(message.Body);
        await Post(text);
        Posts.Add(text);
    }

    public async ValueTask OnStreamAsync(TransportStream stream, CancellationToken ct) =>
        await Stream(stream, ct);
}
