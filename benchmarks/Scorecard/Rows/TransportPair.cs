using System.Buffers;
using Waverless.Cluster;
using Waverless.Messaging;
using Waverless.Transport;
using Waverless.Transport.Identity;

namespace Scorecard.Rows;

/// <summary>Two nodes on the loopback, in this process, that trust each other.</summary>
internal sealed class TransportPair : IAsyncDisposable, ITransportHandler
{
    public const string Cluster = "scorecard";
    private readonly ClusterAuthority _authority = ClusterAuthority.Create(Cluster);
    private readonly ITransport _one;
    private readonly ITransport _two;

    private TransportPair(TransportKind kind)
    {
        _one = Make(kind, 1);
        _two = Make(kind, 2);
    }

    public ITransport One => _one;

    public NodeAddress Two => _two.Local;

    public static async Task<TransportPair> StartAsync(TransportKind kind)
    {
        var pair = new TransportPair(kind);
        await pair._one.ListenAsync(pair, default);
        await pair._two.ListenAsync(pair, default);
        return pair;
    }

    /// <summary>Asks for nothing; 1: it went wrong.</summary>
    public async ValueTask<long> AskAsync()
    {
        using var reply = await _one.SendAsync(
            Two,
            new TransportMessage(1, ReadOnlySequence<byte>.Empty),
            default
        );
        return reply.Error is null ? 0 : 1;
    }

    public ValueTask<TransportReply> OnRequestAsync(
        NodeId from,
        TransportMessage message,
        CancellationToken ct
    ) => ValueTask.FromResult(new TransportReply(ReadOnlySequence<byte>.Empty));

    public ValueTask OnPostAsync(NodeId from, TransportMessage message) => ValueTask.CompletedTask;

    /// <summary>Reads everything, and says so.</summary>
    public async ValueTask OnStreamAsync(TransportStream stream, CancellationToken ct)
    {
        while (true)
        {
            var read = await stream.Input.ReadAsync(ct);
            stream.Input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                break;
            }
        }

        await stream.Output.WriteAsync(new byte[1], ct);
        await stream.Output.CompleteAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _one.DisposeAsync();
        await _two.DisposeAsync();
        _authority.Dispose();
    }

    private ITransport Make(TransportKind kind, uint node) =>
        ClusterTransport.Create(
            new TransportOptions
            {
                Identity = _authority.Issue(Cluster, new NodeId(node)),
                Kind = kind,
            }
        );
}
