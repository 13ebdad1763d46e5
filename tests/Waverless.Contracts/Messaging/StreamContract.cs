using System.Buffers;
using System.IO.Pipelines;
using Waverless.Messaging;

namespace Waverless.Contracts.Messaging;

/// <summary>Streams of bytes.</summary>
public abstract class StreamContract : TransportContract
{
    private const int Piece = 64 * 1024;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100_000)]
    [InlineData(5_000_000)]
    public async Task What_is_written_comes_back_and_ends(int length)
    {
        var sent = Bytes.Pattern(length);
        await using var stream = await One.ConnectAsync(Two.Local, 3, default);
        var writing = WriteAllAsync(stream, sent);
        var received = await ReadAllAsync(stream.Input);
        await Soon(writing);
        Assert.Equal(sent, received);
    }

    [Fact]
    public async Task Both_sides_know_what_for_and_with_whom()
    {
        var seen = new TaskCompletionSource<(ushort, uint)>(
            TaskCreationOptions.RunContinuationsAsynchronously
        );
        Handler.Stream = async (stream, ct) =>
        {
            seen.SetResult((stream.Kind, stream.Peer.Value));
            await stream.Input.ReadAsync(ct);
        };
        await using var stream = await One.ConnectAsync(Two.Local, 54321, default);
        Assert.Equal((54321, 2u), (stream.Kind, stream.Peer.Value));
        Assert.Equal(((ushort)54321, 1u), await Soon(seen.Task));
    }

    [Fact]
    public async Task The_other_side_can_answer_after_the_end_of_what_it_reads()
    {
        Handler.Stream = async (stream, ct) =>
        {
            var all = await ReadAllAsync(stream.Input);
            await stream.Output.WriteAsync(Bytes.Of(all.Length).ToArray(), ct);
            await stream.Output.CompleteAsync();
        };
        await using var stream = await One.ConnectAsync(Two.Local, 3, default);
        await WriteAllAsync(stream, new byte[123_456]);
        var answer = await ReadAllAsync(stream.Input);
        Assert.Equal(123_456, Bytes.Number(new ReadOnlySequence<byte>(answer)));
    }

    [Fact]
    public async Task A_writer_waits_while_the_other_side_does_not_read()
    {
        const int Megabytes = 64;
        var read = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var total = 0L;
        Handler.Stream = async (stream, ct) =>
        {
            await read.Task;
            total = (await ReadAllAsync(stream.Input)).Length;
            await stream.Output.CompleteAsync();
        };
        await using var stream = await One.ConnectAsync(Two.Local, 3, default);
        var written = 0L;
        var writing = WriteAsync();
        await UntilItStandsStillAsync(() => Volatile.Read(ref written));
        Assert.False(writing.IsCompleted);
        using var reply = await AskAsync(8);
        Assert.Equal(8, Bytes.Number(reply.Body));

        read.SetResult();
        await Soon(writing);
        await ReadAllAsync(stream.Input);
        Assert.Equal(Megabytes * 1024L * 1024, total);

        async Task WriteAsync()
        {
            var piece = new byte[Piece];
            while (written < Megabytes * 1024L * 1024)
            {
                await stream.Output.WriteAsync(piece);
                Volatile.Write(ref written, written + Piece);
            }

            await stream.Output.CompleteAsync();
        }
    }

    [Fact]
    public async Task A_reset_within_a_body_is_no_end()
    {
        Handler.Stream = async (stream, ct) =>
        {
            await stream.Input.ReadAsync(ct);
            await stream.Output.WriteAsync(new byte[1000], ct);
            stream.Abort(TransportErrorCode.Overloaded);
        };
        await using var stream = await One.ConnectAsync(Two.Local, 3, default);
        await stream.Output.WriteAsync(new byte[1]);
        await Assert.ThrowsAsync<TransportStreamException>(() => ReadAllAsync(stream.Input));
    }

    [Fact]
    public async Task A_handler_that_throws_resets_the_stream()
    {
        Handler.Stream = async (stream, ct) =>
        {
            await stream.Input.ReadAsync(ct);
            await stream.Output.WriteAsync(new byte[10], ct);
            throw new InvalidOperationException("the handler fails");
        };
        await using var stream = await One.ConnectAsync(Two.Local, 3, default);
        await stream.Output.WriteAsync(new byte[1]);
        await Assert.ThrowsAsync<TransportStreamException>(() => ReadAllAsync(stream.Input));
    }

    [Fact]
    public async Task A_reset_reaches_a_writer()
    {
        Handler.Stream = async (stream, ct) =>
        {
            await stream.Input.ReadAsync(ct);
            stream.Abort(TransportErrorCode.Cancelled);
        };
        await using var stream = await One.ConnectAsync(Two.Local, 3, default);
        var piece = new byte[Piece];
        await Assert.ThrowsAsync<TransportStreamException>(async () =>
        {
            while (true)
            {
                await stream.Output.WriteAsync(piece);
            }
        });
    }

    [Fact]
    public async Task An_own_reset_ends_an_own_read()
    {
        Handler.Stream = async (_, ct) => await Task.Delay(Timeout.Infinite, ct);
        await using var stream = await One.ConnectAsync(Two.Local, 3, default);
        var reading = stream.Input.ReadAsync().AsTask();
        stream.Abort(TransportErrorCode.Cancelled);
        var thrown = await Assert.ThrowsAsync<TransportStreamException>(() => Soon(reading));
        Assert.Equal(TransportErrorCode.Cancelled, thrown.Error.Code);
    }

    [Fact]
    public async Task A_read_can_be_given_up_and_taken_up_again()
    {
        await using var stream = await One.ConnectAsync(Two.Local, 3, default);
        using var stop = new CancellationTokenSource();
        var reading = stream.Input.ReadAsync(stop.Token).AsTask();
        stream.Input.CancelPendingRead();
        Assert.True((await Soon(reading)).IsCanceled);
        await WriteAllAsync(stream, new byte[5]);
        Assert.Equal(5, (await ReadAllAsync(stream.Input)).Length);
    }

    [Fact]
    public async Task Streams_are_used_at_the_same_time_without_mixing()
    {
        await Parallel.ForAsync(
            0,
            16,
            async (seed, _) =>
            {
                var sent = Bytes.Pattern(300_000, seed);
                await using var stream = await One.ConnectAsync(Two.Local, 3, default);
                var writing = WriteAllAsync(stream, sent);
                Assert.Equal(sent, await ReadAllAsync(stream.Input));
                await writing;
            }
        );
    }

    [Fact]
    public async Task A_stream_after_another_begins_at_its_own_beginning()
    {
        for (var round = 0; round < 20; round++)
        {
            var sent = Bytes.Pattern(5000, round);
            await using var stream = await One.ConnectAsync(Two.Local, 3, default);
            var writing = WriteAllAsync(stream, sent);
            Assert.Equal(sent, await ReadAllAsync(stream.Input));
            await writing;
        }
    }

    [Fact]
    public async Task A_stream_to_nobody_is_refused()
    {
        var thrown = await Assert.ThrowsAsync<TransportStreamException>(() =>
            One.ConnectAsync(Place.Nowhere(new(5)), 3, default).AsTask()
        );
        Assert.Equal(TransportErrorCode.Unreachable, thrown.Error.Code);
    }

    protected static async Task WriteAllAsync(TransportStream stream, byte[] bytes)
    {
        await stream.Output.WriteAsync(bytes);
        await stream.Output.CompleteAsync();
    }

    protected static async Task<byte[]> ReadAllAsync(PipeReader input)
    {
        using var patience = new CancellationTokenSource(Patience);
        var all = new ArrayBufferWriter<byte>();
        while (true)
        {
            var read = await input.ReadAsync(patience.Token);
            foreach (var segment in read.Buffer)
            {
                all.Write(segment.Span);
            }

            input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
            {
                return all.WrittenSpan.ToArray();
            }
        }
    }

    private static async Task UntilItStandsStillAsync(Func<long> value)
    {
        var last = -1L;
        var still = 0;
        while (still < 10)
        {
            await Task.Delay(50);
            var now = value();
            still = now == last && now > 0 ? still + 1 : 0;
            last = now;
        }
    }
}
