namespace Waverless.EndToEnd.Overload;

/// <summary>A body that begins and then says nothing more.</summary>
internal sealed class EndlessStream : Stream
{
    private readonly TaskCompletionSource _started = new();

    /// <summary>Completes when all that there is was sent.</summary>
    public Task Started => _started.Task;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(
        Memory<byte> buffer,
        CancellationToken cancellationToken = default
    )
    {
        if (!_started.Task.IsCompleted)
        {
            _started.SetResult();
            buffer.Span[..Math.Min(1024, buffer.Length)].Fill((byte)'x');
            return Math.Min(1024, buffer.Length);
        }

        await Task.Delay(Timeout.Infinite, cancellationToken);
        return 0;
    }

    public override int Read(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) =>
        throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();
}
