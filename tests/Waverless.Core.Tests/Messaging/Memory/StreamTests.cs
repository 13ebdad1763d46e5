using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Waverless.Cluster;
using Waverless.Simulation.Clusters;

namespace Waverless.Messaging.Memory;

public sealed class StreamTests
{
    private readonly TestNetwork _net = new();

    [Theory]
    [InlineData(0)]
    [InlineData(0.3)]
    public void A_stream_carries_both_ways_whatever_gets_lost(double drop) =>
        _net.Run(async () =>
        {
            var (one, _) = await _net.JoinAsync(1);
            var (_, other) = await _net.JoinAsync(2);
            other.Stream = EchoAsync;
            var stream = await one.ConnectAsync(TestNetwork.Address(2), 9, default);
            _net.Network.Faults = new LinkFaults
            {
                Drop = drop,
                DelayLow = TimeSpan.FromMilliseconds(1),
            };
            var sent = new byte[500_000];
            _net.Loop.Random.NextBytes(sent);
            var read = ReadAllAsync(stream.Input);
            await stream.Output.WriteAsync(sent);
            await stream.Output.CompleteAsync();
            Assert.Equal(sent, await read);
            Assert.Equal(new NodeId(2), stream.Peer);
            Assert.Equal(9, stream.Kind);
            await stream.DisposeAsync();
        });

    [Fact]
    public void A_writer_waits_for_a_slow_reader() =>
        _net.Run(async () =>
        {
            var (one, _) = await _net.JoinAsync(1);
            var (_, other) = await _net.JoinAsync(2);
            var open = new TaskCompletionSource();
            other.Stream = async (stream, _) =>
            {
                await open.Task;
                await ReadAllAsync(stream.Input);
            };
            var stream = await one.ConnectAsync(TestNetwork.Address(2), 9, default);
            var written = 0;
            var writing = _net.Loop.Story.Start(async () =>
            {
                for (; written < 100; written++)
                {
                    await stream.Output.WriteAsync(new byte[10_000]);
                }
            });
            await _net.Loop.DelayAsync(5);
            Assert.InRange(written, 1, 20);
            open.SetResult();
            await writing;
            Assert.Equal(100, written);
        });

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_abort_is_seen_by_both_sides(bool byClient) =>
        _net.Run(async () =>
        {
            var (one, _) = await _net.JoinAsync(1);
            var (_, other) = await _net.JoinAsync(2);
            var seen = new TaskCompletionSource<TransportErrorCode>();
            other.Stream = async (stream, _) =>
            {
                if (!byClient)
                {
                    stream.Abort(TransportErrorCode.Overloaded);
                }

                seen.SetResult(await FailureAsync(stream));
            };
            var stream = await one.ConnectAsync(TestNetwork.Address(2), 9, default);
            if (byClient)
            {
                stream.Abort(TransportErrorCode.Overloaded);
            }

            Assert.Equal(TransportErrorCode.Overloaded, await FailureAsync(stream));
            Assert.Equal(TransportErrorCode.Overloaded, await seen.Task);
            await stream.DisposeAsync();
        });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_stream_ends_with_its_peer(bool silently) =>
        _net.Run(async () =>
        {
            var (one, _) = await _net.JoinAsync(1);
            var (two, other) = await _net.JoinAsync(2);
            other.Stream = EchoAsync;
            var stream = await one.ConnectAsync(TestNetwork.Address(2), 9, default);
            ((LoopScheduler)two.Scheduler).Kill();
            _net.Network.Crash(new NodeId(2), silently);
            Assert.Equal(TransportErrorCode.ConnectionLost, await FailureAsync(stream));
            Assert.Equal(silently, _net.Loop.Clock.Elapsed >= TimeSpan.FromSeconds(10));
        });

    [Fact]
    public void A_stream_outlives_a_short_cut_and_not_a_long_one() =>
        _net.Run(async () =>
        {
            var (one, _) = await _net.JoinAsync(1);
            var (_, other) = await _net.JoinAsync(2);
            other.Stream = EchoAsync;
            var stream = await one.ConnectAsync(TestNetwork.Address(2), 9, default);
            _net.Network.CutOneWay(new NodeId(1), new NodeId(2));
            await stream.Output.WriteAsync("hello"u8.ToArray());
            await _net.Loop.DelayAsync(3);
            _net.Network.Heal();
            var read = await stream.Input.ReadAsync();
            Assert.Equal("hello", Encoding.UTF8.GetString(read.Buffer));
            stream.Input.AdvanceTo(read.Buffer.End);

            _net.Network.CutOneWay(new NodeId(1), new NodeId(2));
            await stream.Output.WriteAsync("again"u8.ToArray());
            Assert.Equal(TransportErrorCode.ConnectionLost, await FailureAsync(stream));
        });

    [Fact]
    public void A_node_that_is_not_there_or_full_is_no_stream() =>
        _net.Run(async () =>
        {
            var (one, _) = await _net.JoinAsync(1);
            var (_, other) = await _net.JoinAsync(2, new MemoryTransportOptions { StreamsMax = 1 });
            other.Stream = EchoAsync;
            Assert.Equal(TransportErrorCode.Unreachable, await ConnectFailureAsync(one, 3));
            await one.ConnectAsync(TestNetwork.Address(2), 9, default);
            Assert.Equal(TransportErrorCode.Overloaded, await ConnectFailureAsync(one, 2));
            _net.Network.CutOneWay(new NodeId(1), new NodeId(2));
            Assert.Equal(TransportErrorCode.Unreachable, await ConnectFailureAsync(one, 2));
        });

    [Fact]
    public void A_handler_that_throws_ends_its_stream() =>
        _net.Run(async () =>
        {
            var (one, _) = await _net.JoinAsync(1);
            var (_, other) = await _net.JoinAsync(2);
            other.Stream = (_, _) => throw new InvalidOperationException();
            var stream = await one.ConnectAsync(TestNetwork.Address(2), 9, default);
            Assert.Equal(TransportErrorCode.HandlerFailed, await FailureAsync(stream));
        });

    private static async Task<TransportErrorCode> ConnectFailureAsync(
        MemoryTransport from,
        uint to
    ) =>
        (
            await Assert.ThrowsAsync<TransportStreamException>(async () =>
                await from.ConnectAsync(TestNetwork.Address(to), 9, default)
            )
        )
            .Error
            .Code;

    private static async Task<TransportErrorCode> FailureAsync(TransportStream stream) =>
        (await Assert.ThrowsAsync<TransportStreamException>(() => ReadAllAsync(stream.Input)))
            .Error
            .Code;

    private static async Task EchoAsync(TransportStream stream, CancellationToken ct)
    {
        await stream.Input.CopyToAsync(stream.Output, ct);
        await stream.Output.CompleteAsync();
    }

    private static async Task<byte[]> ReadAllAsync(PipeReader reader)
    {
        var all = new ArrayBufferWriter<byte>();
        while (true)
        {
            var read = await reader.ReadAsync();
            foreach (var part in read.Buffer)
            {
                all.Write(part.Span);
            }

            reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return all.WrittenSpan.ToArray();
            }
        }
    }
}
