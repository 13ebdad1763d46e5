using System.Buffers;
using System.Net;
using Waverless.Contracts.Messaging;
using Waverless.Messaging;
using Waverless.Transport.Contracts;
using Waverless.Transport.Identity;

namespace Waverless.Transport.Diagnostics;

/// <summary>What a transport reports of itself.</summary>
public sealed class TransportMetricsTests : IAsyncLifetime
{
    private const string Duration = "waverless.transport.request.duration";
    private const string Refusals = "waverless.transport.refusals";
    private const string Connections = "waverless.transport.connections";

    private readonly ClusterAuthority _authority = ClusterAuthority.Create(WirePlace.Cluster);
    private readonly MeterBoard _board = new();
    private readonly MeterBoard _otherBoard = new();
    private readonly TestHandler _handler = new();
    private ITransport _one = null!;
    private ITransport _two = null!;

    public async ValueTask InitializeAsync()
    {
        _one = await StartAsync(1, _board, new TestHandler());
        _two = await StartAsync(2, _otherBoard, _handler);
    }

    public async ValueTask DisposeAsync()
    {
        await _one.DisposeAsync();
        await _two.DisposeAsync();
        _board.Dispose();
        _otherBoard.Dispose();
        _authority.Dispose();
    }

    [Fact]
    public async Task Answers_and_their_bytes_are_counted_on_both_sides()
    {
        for (var i = 0; i < 3; i++)
        {
            using var reply = await AskAsync(new byte[10_000]);
            Assert.Null(reply.Error);
        }

        Assert.Equal(3, _board.Count(Duration + " outcome=answered"));
        Assert.True(_board.Sum(Duration + " outcome=answered") > 0);
        foreach (var board in (MeterBoard[])[_board, _otherBoard])
        {
            Assert.True(board.Sum("waverless.transport.bytes direction=sent") > 30_000);
            Assert.True(board.Sum("waverless.transport.bytes direction=received") > 30_000);
        }
    }

    [Fact]
    public async Task Requests_in_flight_and_refusals_are_told()
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _handler.Request = async (_, message, _) =>
        {
            begun.TrySetResult();
            await release.Task;
            return Bytes.Reply(message.Body);
        };
        var waiting = AskAsync([1]).AsTask();
        await begun.Task;
        Assert.Equal(1, _board.Sum("waverless.transport.request.active direction=sent"));
        Assert.Equal(1, _otherBoard.Sum("waverless.transport.request.active direction=received"));

        using (var refused = await AskAsync([2]))
        {
            Assert.Equal(TransportErrorCode.Overloaded, refused.Error?.Code);
        }

        using (var refused = await AskAsync(new byte[100_001]))
        {
            Assert.Equal(TransportErrorCode.TooLarge, refused.Error?.Code);
        }

        Assert.Equal(1, _board.Sum(Refusals + " direction=sent code=overloaded"));
        Assert.Equal(1, _board.Sum(Refusals + " direction=sent code=too_large"));
        release.SetResult();
        (await waiting).Dispose();
        Assert.Equal(0, _board.Sum("waverless.transport.request.active direction=sent"));
    }

    [Fact]
    public async Task Connections_are_told_with_what_came_of_them()
    {
        (await AskAsync([1])).Dispose();
        Assert.Equal(1, _board.Sum(Connections + " outcome=connected"));
        var port = _two.Local.Port;
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _handler.Request = async (_, _, ct) =>
        {
            begun.TrySetResult();
            await Task.Delay(Timeout.Infinite, ct);
            return default;
        };
        var lost = AskAsync([2]).AsTask();
        await begun.Task;
        var address = _two.Local;
        await _two.DisposeAsync();
        (await lost).Dispose();
        Assert.Equal(1, _board.Count(Duration + " outcome=connection_lost"));

        using (var nobody = await SendAsync(address, [3]))
        {
            Assert.Equal(TransportErrorCode.Unreachable, nobody.Error?.Code);
        }

        Assert.Equal(1, _board.Sum(Connections + " outcome=unreachable"));
        _two = await StartAsync(2, _otherBoard, new TestHandler(), port);
        while (true)
        {
            using var reply = await SendAsync(address, [4]);
            if (reply.Error is null)
            {
                break;
            }

            await Task.Delay(10);
        }

        Assert.Equal(1, _board.Sum(Connections + " outcome=reconnected"));
    }

    private ValueTask<TransportReply> AskAsync(byte[] body) => SendAsync(_two.Local, body);

    private ValueTask<TransportReply> SendAsync(NodeAddress to, byte[] body) =>
        _one.SendAsync(to, new TransportMessage(7, new ReadOnlySequence<byte>(body)), default);

    private async Task<ITransport> StartAsync(
        uint node,
        MeterBoard board,
        ITransportHandler handler,
        int port = 0
    )
    {
        var transport = ClusterTransport.Create(
            new TransportOptions
            {
                Identity = _authority.Issue(WirePlace.Cluster, new(node)),
                Kind = TransportKind.Tcp,
                Limits = new TransportLimits { MessageBytesMax = 100_000, PeerRequestsMax = 1 },
                Listen = new IPEndPoint(IPAddress.Loopback, port),
                Meters = board,
            }
        );
        await transport.ListenAsync(handler, default);
        return transport;
    }
}
