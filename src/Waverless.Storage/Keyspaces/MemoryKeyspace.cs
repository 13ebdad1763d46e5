namespace Waverless.Storage.Keyspaces;

/// <summary>The key space of the memory engine; its volume outlives it, as a disk does.</summary>
internal sealed class MemoryKeyspace(MemoryVolume volume) : IKeyspace
{
    /// <inheritdoc />
    public int Get(ReadOnlySpan<byte> key, Span<byte> buffer)
    {
        if (!TryGet(key, out var value))
        {
            return -1;
        }

        if (value.Length <= buffer.Length)
        {
            value.CopyTo(buffer);
        }

        return value.Length;
    }

    /// <inheritdoc />
    public int GetHead(ReadOnlySpan<byte> key, Span<byte> head)
    {
        if (!TryGet(key, out var value))
        {
            return -1;
        }

        value.AsSpan(0, Math.Min(head.Length, value.Length)).CopyTo(head);
        return value.Length;
    }

    /// <inheritdoc />
    public KeyCursor OpenCursor(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to) =>
        new MemoryCursor(volume.Records, from.ToArray(), to.ToArray());

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
    public KeyspaceSizes Sizes() =>
        new(0, 0, volume.Records.Sum(r => (long)r.Key.Length + r.Value.Length), false);

    /// <inheritdoc />
    public void Dispose()
    {
        // The volume stays, so that the next engine finds what this one wrote.
    }

    private bool TryGet(ReadOnlySpan<byte> key, out byte[] value)
    {
        var found = volume.Records.TryGetValue(new MemoryRecord(key.ToArray(), []), out var record);
        value = record.Value;
        return found;
    }
}
