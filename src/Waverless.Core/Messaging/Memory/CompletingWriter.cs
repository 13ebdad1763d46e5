using System.IO.Pipelines;

namespace Waverless.Messaging.Memory;

/// <summary>A writer that knows whether it was completed.</summary>
internal sealed class CompletingWriter(PipeWriter inner) : PipeWriter
{
    private volatile bool _isCompleted;

    public bool IsCompleted => _isCompleted;

    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    public override long UnflushedBytes => inner.UnflushedBytes;

    public override void Advance(int bytes) => inner.Advance(bytes);

    public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    public override ValueTask<FlushResult> FlushAsync(CancellationToken ct = default) =>
        inner.FlushAsync(ct);

    public override ValueTask<FlushResult> WriteAsync(
        ReadOnlyMemory<byte> source,
        CancellationToken ct = default
    ) => inner.WriteAsync(source, ct);

    public override void Complete(Exception? exception = null)
    {
        _isCompleted = true;
        inner.Complete(exception);
    }
}
