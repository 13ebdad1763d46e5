using CsCheck;
using Waverless.Messaging;
using Waverless.Transport.Lanes;
using Waverless.Transport.Streams;
using Waverless.Transport.Wires;

namespace Waverless.Transport.Protocol;

public sealed class FrameTests
{
    private const int BodyBytesMax = 300_000;

    private static readonly Gen<(FrameType Type, byte[] Header, byte[] Body)> Frames = Gen.Select(
        Gen.Int[1, 10],
        Gen.Byte.Array[0, 60],
        Gen.Int[0, 2].SelectMany(size => Gen.Byte.Array[0, size == 2 ? 5000 : 100]),
        (type, header, body) => ((FrameType)type, header, body)
    );

    [Fact]
    public void Frames_in_pieces_of_any_size_are_the_frames_that_were_written() =>
        Gen.Select(Frames.Array[0, 30], Gen.Int[1, 3000])
            .Sample(
                async (frames, piece) =>
                {
                    var bytes = frames.SelectMany(Encode).ToArray();
                    var read = new Collector();
                    var channel = new BufferChannel(bytes, piece);
                    await FrameReader.RunAsync(channel, read, BodyBytesMax, default);
                    Assert.Equal(frames.Length, read.Frames.Count);
                    foreach (var (sent, got) in frames.Zip(read.Frames))
                    {
                        Assert.Equal(sent.Type, got.Type);
                        Assert.Equal(sent.Header, got.Header);
                        Assert.Equal(sent.Body, got.Body);
                    }
                },
                iter: 200
            );

    [Theory]
    [InlineData(64 * 1024 - 7)]
    [InlineData(64 * 1024)]
    [InlineData(BodyBytesMax)]
    public async Task A_frame_larger_than_the_buffer_arrives_whole_between_small_ones(int length)
    {
        var body = new byte[length];
        Random.Shared.NextBytes(body);
        byte[] bytes =
        [
            .. Encode((FrameType.Ping, [8, 1], [])),
            .. Encode((FrameType.Request, [8, 2], body)),
            .. Encode((FrameType.Ping, [8, 3], [])),
        ];
        var read = new Collector();
        await FrameReader.RunAsync(new BufferChannel(bytes, 10_000), read, BodyBytesMax, default);
        Assert.Equal(3, read.Frames.Count);
        Assert.Equal(body, read.Frames[1].Body);
    }

    [Fact]
    public void Random_bytes_are_frames_or_a_typed_error_and_nothing_else() =>
        Gen.Select(Gen.Byte.Array[0, 400], Gen.Int[1, 100])
            .Sample(
                async (bytes, piece) =>
                {
                    try
                    {
                        var channel = new BufferChannel(bytes, piece);
                        await FrameReader.RunAsync(channel, new Collector(), 1000, default);
                    }
                    catch (WireException e)
                    {
                        Assert.Equal(TransportErrorCode.Malformed, e.Code);
                    }
                },
                iter: 2000
            );

    [Fact]
    public void Random_handshakes_are_a_typed_error_and_nothing_else()
    {
        using var authority = Identity.ClusterAuthority.Create("test");
        var options = new TransportOptions { Identity = authority.Issue("test", new(2)) };
        var node = new TransportNode(options);
        Gen.Select(Gen.Byte.Array[0, 100], Gen.Bool, Gen.Int[1, 50])
            .Sample(
                async (bytes, isFramed, piece) =>
                {
                    byte[] sent = isFramed
                        ? [.. Handshake.Magic, .. Encode((FrameType.Hello, bytes, []))]
                        : bytes;
                    var channel = new BufferChannel(sent, piece);
                    await Assert.ThrowsAsync<WireException>(() =>
                        Handshake.ReceiveAsync(channel, node, default)
                    );
                },
                iter: 2000
            );
    }

    [Fact]
    public void Random_chunks_are_bytes_or_a_typed_error_and_nothing_else() =>
        Gen
            .Byte.Array[0, 200]
            .Sample(
                async bytes =>
                {
                    var body = new ChunkedBody(new BufferChannel(bytes, 7));
                    var into = new byte[50];
                    try
                    {
                        while (await body.ReadAsync(into, default) > 0) { }
                    }
                    catch (WireException e)
                    {
                        Assert.True(
                            e.Code
                                is TransportErrorCode.Malformed
                                    or TransportErrorCode.ConnectionLost
                        );
                    }
                },
                iter: 2000
            );

    [Fact]
    public void A_frame_above_the_bound_is_refused_by_its_first_bytes()
    {
        var bytes = new byte[FramePrefix.Length];
        new FramePrefix(FrameType.Request, 0, 1001).Write(bytes);
        Assert.False(FramePrefix.TryRead(bytes, 1000, out _));
        Assert.True(FramePrefix.TryRead(bytes, 1001, out var prefix));
        Assert.Equal(1001, prefix.BodyLength);
    }

    private static byte[] Encode((FrameType Type, byte[] Header, byte[] Body) frame)
    {
        var prefix = new FramePrefix(frame.Type, frame.Header.Length, frame.Body.Length);
        var bytes = new byte[FramePrefix.Length];
        prefix.Write(bytes);
        return [.. bytes, .. frame.Header, .. frame.Body];
    }

    private sealed class Collector : IFrameSink
    {
        public List<(FrameType Type, byte[] Header, byte[] Body)> Frames { get; } = [];

        public void OnReceived() { }

        public async ValueTask OnFrameAsync(Frame frame)
        {
            await Task.Yield();
            Frames.Add((frame.Type, frame.Header.ToArray(), frame.Body.ToArray()));
        }

        public ValueTask OnPauseAsync() => ValueTask.CompletedTask;
    }
}
