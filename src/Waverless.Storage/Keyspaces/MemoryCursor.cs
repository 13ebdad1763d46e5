using System.Collections.Immutable;

namespace Waverless.Storage.Keyspaces;

/// <summary>Walks a snapshot of a <see cref="MemoryVolume"/>.</summary>
internal sealed class MemoryCursor : KeyCursor
{
    private readonly ImmutableSortedSet<MemoryRecord> _records;
    private readonly int _first;
    private readonly int _end;
    private int _next;
    private MemoryRecord _current;

    internal MemoryCursor(ImmutableSortedSet<MemoryRecord> records, byte[] from, byte[] to)
    {
        _records = records;
        _first = _next = MemoryVolume.LowerBound(records, new MemoryRecord(from, []));
        _end = MemoryVolume.LowerBound(records, new MemoryRecord(to, []));
    }

    /// <inheritdoc />
    public override ReadOnlySpan<byte> Key => _current.Key;

    /// <inheritdoc />
    public override ReadOnlySpan<byte> Value => _current.Value;

    /// <inheritdoc />
    public override bool MoveNext() => MoveTo(_next);

    /// <inheritdoc />
    public override bool MoveToLast() => MoveTo(_end - 1);

    /// <inheritdoc />
    public override bool MovePrevious() => MoveTo(_next - 2);

    /// <inheritdoc />
    public override void Dispose()
    {
        // The snapshot is plain memory.
    }

    private bool MoveTo(int index)
    {
        if (index < _first || index >= _end)
        {
            return false;
        }

        _current = _records[index];
        _next = index + 1;
        return true;
    }
}
