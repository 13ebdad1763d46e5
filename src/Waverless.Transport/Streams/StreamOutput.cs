using System.Buffers;
using System.IO.Pipelines;
using Waverless.Messaging;

namespace Waverless.Transport.Streams;

/// <summary>
/// The outgoing direction of a stream: gathers what is written and sends it when it is flushed. A
/// flush waits while the other side does not read. One writer at a time.
/// </summary>
internal sealed class StreamOutput(NodeStream stream, IStreamBody body) : PipeWriter
{
    private const int BufferBytes = 64 * 1024;

    private byte[] _buffer = [];
    private int _length = body.HeadRoom;
    private bool _isCompleted;
    private bool _isCancelled;

    public bool IsCompleted => _isCompleted;

    public override bool CanGetUnflushedBytes => true;

    public override long UnflushedBytes => _length - body.HeadRoom;

    public override void Advance(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, _buffer.Length - _length);
        _length += bytes;
    }

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (_isCompleted)
        {
            throw new InvalidOperationException("The output has been completed.");
        }

        var needed = _length + Math.Max(sizeHint, 1);
        if (needed > _buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(needed, BufferBytes));
            _buffer.AsSpan(0, Math.Min(_length, _buffer.Length)).CopyTo(larger);
            Release();
            _buffer = larger;
        }

        return _buffer.AsMemory(_length);
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override async ValueTask<FlushResult> WriteAsync(
        ReadOnlyMemory<byte> source,
        CancellationToken cancellationToken = default
    )
    {
        while (!source.IsEmpty)
        {
            var room = GetMemory();
            var taken = Math.Min(room.Length, source.Length);
            source.Span[..taken].CopyTo(room.Span);
            Advance(taken);
            source = source[taken..];
            if (!source.IsEmpty)
            {
                var flushed = await FlushAsync(cancellationToken);
                if (flushed.IsCanceled)
                {
                    return flushed;
                }
            }
        }

        return await FlushAsync(cancellationToken);
    }

    public override async ValueTask<FlushResult> FlushAsync(
        CancellationToken cancellationToken = default
    )
    {
        if (_isCancelled)
        {
            _isCancelled = false;
            return new FlushResult(isCanceled: true, _isCompleted);
        }

        if (UnflushedBytes == 0)
        {
            return default;
        }

        try
        {
            await body.WriteAsync(_buffer.AsMemory(0, _length), cancellationToken);
            _length = body.HeadRoom;
            return default;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            throw stream.Failed(e);
        }
        catch (OperationCanceledException)
        {
            // What has left of a write that was given up is not known: the stream cannot go on.
            stream.Abort(TransportErrorCode.Cancelled);
            throw;
        }
    }

    /// <summary>The next flush returns at once.</summary>
    public override void CancelPendingFlush() => _isCancelled = true;

    public override void Complete(Exception? exception = null) =>
        _ = CompleteAsync(exception).AsTask();

    public override async ValueTask CompleteAsync(Exception? exception = null)
    {
        if (_isCompleted)
        {
            return;
        }

        _isCompleted = true;
        if (exception is not null)
        {
            stream.Abort(TransportErrorCode.HandlerFailed);
            return;
        }

        try
        {
            if (UnflushedBytes > 0)
            {
                await body.WriteAsync(_buffer.AsMemory(0, _length), CancellationToken.None);
            }

            await body.EndAsync();
            stream.OnOutputEnded();
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            stream.Abort(TransportErrorCode.ConnectionLost);
        }
        finally
        {
            Release();
        }
    }

    private void Release()
    {
        if (_buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _buffer = [];
        }
    }
}
