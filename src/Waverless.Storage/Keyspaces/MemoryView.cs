using System.Collections.Immutable;

namespace Waverless.Storage.Keyspaces;

/// <summary>One state of a <see cref="MemoryVolume"/>.</summary>
internal sealed class MemoryView(ImmutableSortedSet<MemoryRecord> records) : IKeyspaceView
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
        new MemoryCursor(records, from.ToArray(), to.ToArray());

    /// <inheritdoc />
    public void Dispose()
    {
        // The snapshot is plain memory.
    }

    private bool TryGet(ReadOnlySpan<byte> key, out byte[] value)
    {
        var found = records.TryGetValue(new MemoryRecord(key.ToArray(), []), out var record);
        value = record.Value;
        return found;
    }
}
