using Waverless.Kv;
using Waverless.Storage.Keyspaces;

namespace Waverless.Storage;

/// <summary>A key space whose next write or whose reads can be made to fail.</summary>
internal sealed class FaultyKeyspace(IKeyspace inner) : IKeyspace
{
    public WriteOutcome? NextWrite { get; set; }

    public bool FailReads { get; set; }

    public int Get(ReadOnlySpan<byte> key, Span<byte> buffer)
    {
        ThrowIfFailing();
        return inner.Get(key, buffer);
    }

    public int GetHead(ReadOnlySpan<byte> key, Span<byte> head)
    {
        ThrowIfFailing();
        return inner.GetHead(key, head);
    }

    public KeyCursor OpenCursor(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to)
    {
        ThrowIfFailing();
        return inner.OpenCursor(from, to);
    }

    public IKeyspaceView OpenSnapshot()
    {
        ThrowIfFailing();
        return inner.OpenSnapshot();
    }

    public WriteOutcome Write(RecordBatch batch, bool sync)
    {
        if (NextWrite is { } outcome)
        {
            NextWrite = null;
            return outcome;
        }

        return inner.Write(batch, sync);
    }

    public long ApproximateBytes(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to) =>
        inner.ApproximateBytes(from, to);

    public Task Closed => inner.Closed;

    public KeyspaceSizes Sizes() => inner.Sizes();

    public void Dispose() => inner.Dispose();

    private void ThrowIfFailing()
    {
        if (FailReads)
        {
            throw new StorageException(StorageError.Failed, "storage: reading failed");
        }
    }
}
