namespace Waverless.Storage.Keyspaces;

/// <summary>
/// One ordered map of byte keys with atomic batches and snapshot cursors: all that the rules in
/// <c>Apply</c> need of a database. Thread-safe.
/// </summary>
internal interface IKeyspace : IDisposable
{
    /// <summary>
    /// Reads a value into a buffer. Returns its length, or -1 if the key is absent; a length above
    /// the buffer's means that nothing was copied.
    /// </summary>
    int Get(ReadOnlySpan<byte> key, Span<byte> buffer);

    /// <summary>Reads a value's first bytes; returns its whole length, or -1 if absent.</summary>
    int GetHead(ReadOnlySpan<byte> key, Span<byte> head);

    /// <summary>Opens a cursor over a snapshot of the keys in [from, to).</summary>
    KeyCursor OpenCursor(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to);

    /// <summary>Writes all records of a batch or none.</summary>
    /// <param name="batch">The records, in the order in which they take effect.</param>
    /// <param name="sync">Whether to force them to the disk before returning.</param>
    WriteOutcome Write(RecordBatch batch, bool sync);

    /// <summary>About how many bytes the keys in [from, to) take.</summary>
    long ApproximateBytes(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to);

    /// <summary>How large all of it is.</summary>
    KeyspaceSizes Sizes();
}
