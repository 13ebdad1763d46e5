using System.Buffers;
using System.IO.Pipelines;

namespace Waverless.Messaging.Memory;

/// <summary>
/// One direction of a stream: takes what one node writes, and hands it to the other one after the
/// time that its way takes. Only the relay reads the first pipe and writes the second.
/// </summary>
internal sealed class StreamRelay
{
    private static readonly TimeSpan Resend = TimeSpan.FromMilliseconds(200);

    private readonly MemoryTransport _from;
    private readonly MemoryTransport _to;
    private readonly Pipe _written;
    private readonly Pipe _received;
    private TaskCompletionSource? _onTheWay;
    private volatile TransportStreamException? _error;
    private volatile bool _isFinished;

    public StreamRelay(MemoryTransport from, MemoryTransport to)
    {
        (_from, _to) = (from, to);
        var network = new TaskPipeScheduler(from.Network.Scheduler);
        _written = Pipe(from, network, new TaskPipeScheduler(from.Scheduler));
        _received = Pipe(to, new TaskPipeScheduler(to.Scheduler), network);
    }

    /// <summary>Where the sending node writes.</summary>
    public PipeWriter Writer => _written.Writer;

    /// <summary>Where the receiving node reads.</summary>
    public PipeReader Reader => _received.Reader;

    /// <summary>Whether everything has arrived, or nothing more will.</summary>
    public bool IsFinished => _isFinished;

    public void Abort(TransportStreamException error)
    {
        _error ??= error;
        _written.Reader.CancelPendingRead();
        _received.Writer.CancelPendingFlush();
        _onTheWay?.TrySetResult();
    }

    public async Task RunAsync()
    {
        try
        {
            while (_error is null && await MoveAsync())
            {
                // Each round moves what was written since the last one.
            }
        }
        catch (Exception failure) when (failure is not TransportStreamException)
        {
            _error ??= MemoryStreams.Failure(
                TransportErrorCode.HandlerFailed,
                _from.Local.Id,
                $"{_from.Local} has ended the stream by an error: {failure.GetType().Name}"
            );
        }
        finally
        {
            _isFinished = true;
            await _written.Reader.CompleteAsync(_error);
            await _received.Writer.CompleteAsync(_error);
        }

        if (_error is { } error)
        {
            throw error;
        }
    }

    private async Task<bool> MoveAsync()
    {
        var read = await _written.Reader.ReadAsync();
        var bytes = read.Buffer.ToArray();
        if (bytes.Length > 0)
        {
            await TravelAsync(bytes);
        }

        if (_error is not null)
        {
            return false;
        }

        var flush = bytes.Length > 0 ? await _received.Writer.WriteAsync(bytes) : default;
        _written.Reader.AdvanceTo(read.Buffer.End);
        return !read.IsCompleted && !flush.IsCompleted;
    }

    /// <summary>Waits until bytes have arrived; what is lost is sent again.</summary>
    private async Task TravelAsync(byte[] bytes)
    {
        var network = _from.Network;
        var until = network.Timeline.Now + _from.Options.IdleTimeout;
        while (_error is null)
        {
            var arrival = new TaskCompletionSource(
                TaskCreationOptions.RunContinuationsAsynchronously
            );
            var isLost = false;
            lock (network.Gate)
            {
                _onTheWay = arrival;
                var packet = new MemoryPacket(_from, _to, 0)
                {
                    Body = bytes,
                    Lost = () =>
                    {
                        isLost = true;
                        var timeline = network.Timeline;
                        timeline.At(timeline.Now + Resend, () => arrival.TrySetResult());
                    },
                };
                network.Carry(packet, () => arrival.TrySetResult());
            }

            await arrival.Task;
            if (!isLost)
            {
                return;
            }

            if (network.Timeline.Now >= until)
            {
                _error ??= MemoryStreams.Failure(
                    TransportErrorCode.ConnectionLost,
                    _from.Local.Id,
                    $"{_to.Local} has taken no byte for {_from.Options.IdleTimeout}"
                );
            }
        }
    }

    private static Pipe Pipe(MemoryTransport at, PipeScheduler reader, PipeScheduler writer) =>
        new(
            new PipeOptions(
                readerScheduler: reader,
                writerScheduler: writer,
                pauseWriterThreshold: at.Options.StreamWindowBytes,
                resumeWriterThreshold: at.Options.StreamWindowBytes / 2,
                useSynchronizationContext: false
            )
        );
}
