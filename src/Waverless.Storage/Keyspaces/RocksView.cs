using Waverless.Kv;
using Waverless.Storage.Native;

namespace Waverless.Storage.Keyspaces;

/// <summary>
/// Reads of a RocksDB database, of its newest state or of a snapshot; failures become typed
/// exceptions.
/// </summary>
internal sealed class RocksView(RocksDatabase database, RocksSnapshot? snapshot) : IKeyspaceView
{
    /// <inheritdoc />
    public int Get(ReadOnlySpan<byte> key, Span<byte> buffer)
    {
        try
        {
            return database.Get(key, buffer, snapshot);
        }
        catch (RocksDbException e)
        {
            throw ReadFailure(e);
        }
        catch (ObjectDisposedException e)
        {
            throw Closed(e);
        }
    }

    /// <inheritdoc />
    public int GetHead(ReadOnlySpan<byte> key, Span<byte> head)
    {
        try
        {
            return database.GetHead(key, head, snapshot);
        }
        catch (RocksDbException e)
        {
            throw ReadFailure(e);
        }
        catch (ObjectDisposedException e)
        {
            throw Closed(e);
        }
    }

    /// <inheritdoc />
    public KeyCursor OpenCursor(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to)
    {
        try
        {
            return database.OpenCursor(from, to, snapshot);
        }
        catch (ObjectDisposedException e)
        {
            throw Closed(e);
        }
    }

    /// <inheritdoc />
    public void Dispose() => snapshot?.Dispose();

    /// <summary>The typed error for a failed read.</summary>
    public static StorageException ReadFailure(RocksDbException e) =>
        new(
            e.Kind == NativeErrorKind.Corrupt ? StorageError.Corrupted : StorageError.Failed,
            $"storage: reading failed: {e.Message}",
            e
        );

    /// <summary>The typed error for a call after the end.</summary>
    public static StorageException Closed(Exception e) =>
        new(StorageError.Closed, "storage: the engine is closed", e);
}
