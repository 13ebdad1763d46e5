namespace Waverless.Storage.Keyspaces;

/// <summary>The key space of the memory engine; its volume outlives it, as a disk does.</summary>
internal sealed class MemoryKeyspace(MemoryVolume volume) : IKeyspace
{
    /// <inheritdoc />
    public int Get(ReadOnlySpan<byte> key, Span<byte> buffer) => Newest().Get(key, buffer);

    /// <inheritdoc />
    public int GetHead(ReadOnlySpan<byte> key, Span<byte> head) => Newest().GetHead(key, head);

    /// <inheritdoc />
    public KeyCursor OpenCursor(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to) =>
        Newest().OpenCursor(from, to);

    /// <inheritdoc />
    public IKeyspaceView OpenSnapshot() => Newest();

    /// <inheritdoc />
    public WriteOutcome Write(RecordBatch batch, bool sync)
    {
        volume.Write(batch);
        return WriteOutcome.Written;
    }

    /// <inheritdoc />
    public long ApproximateBytes(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to)
    {
        using var cursor = OpenCursor(from, to);
        var bytes = 0L;
        while (cursor.MoveNext())
        {
            bytes += cursor.Key.Length + cursor.Value.Length;
        }

        return bytes;
    }

    /// <inheritdoc />
    public Task Closed => Task.CompletedTask;

    /// <inheritdoc />
    public KeyspaceSizes Sizes() =>
        new(0, 0, volume.Records.Sum(r => (long)r.Key.Length + r.Value.Length), false);

    /// <inheritdoc />
    public void Dispose()
    {
        // The volume stays, so that the next engine finds what this one wrote.
    }

    private MemoryView Newest() => new(volume.Records);
}
