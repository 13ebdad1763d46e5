namespace Waverless.Storage.Keyspaces;

/// <summary>
/// What can be read of an ordered map of byte keys: the newest state, or a snapshot. Thread-safe.
/// </summary>
internal interface IKeyspaceView : IDisposable
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
}
