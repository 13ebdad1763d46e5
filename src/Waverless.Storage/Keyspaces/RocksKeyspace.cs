using Waverless.Kv;
using Waverless.Storage.Native;

namespace Waverless.Storage.Keyspaces;

/// <summary>
/// The key space of the RocksDB engine; failures become typed results or exceptions.
/// </summary>
internal sealed class RocksKeyspace(RocksDatabase database) : IKeyspace
{
    private readonly RocksView _newest = new(database, snapshot: null);

    /// <inheritdoc />
    public int Get(ReadOnlySpan<byte> key, Span<byte> buffer) => _newest.Get(key, buffer);

    /// <inheritdoc />
    public int GetHead(ReadOnlySpan<byte> key, Span<byte> head) => _newest.GetHead(key, head);

    /// <inheritdoc />
    public KeyCursor OpenCursor(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to) =>
        _newest.OpenCursor(from, to);

    /// <inheritdoc />
    public IKeyspaceView OpenSnapshot()
    {
        try
        {
            return new RocksView(database, database.OpenSnapshot());
        }
        catch (ObjectDisposedException e)
        {
            throw RocksView.Closed(e);
        }
    }

    /// <inheritdoc />
    public WriteOutcome Write(RecordBatch batch, bool sync)
    {
        RocksDbException? failure;
        try
        {
            failure = database.Write(batch.Encoded, sync);
        }
        catch (ObjectDisposedException)
        {
            return new WriteOutcome(
                CommitStatus.Rejected,
                CommitRejection.Closed,
                "the storage engine is closed"
            );
        }

        return failure is null ? WriteOutcome.Written : Failure(failure);
    }

    /// <inheritdoc />
    public void Dispose() => database.Dispose();

    /// <summary>
    /// A full disk cuts the record off, so it can never be replayed: nothing took effect. Any other
    /// failure may have left the whole record in the log, which only the next opening can tell.
    /// </summary>
    private static WriteOutcome Failure(RocksDbException e) =>
        e.Kind == NativeErrorKind.OutOfSpace
            ? new WriteOutcome(
                CommitStatus.Rejected,
                CommitRejection.StorageFull,
                $"storage: the disk is full: {e.Message}"
            )
            : new WriteOutcome(
                CommitStatus.Unknown,
                CommitRejection.StorageFailed,
                $"storage: writing failed: {e.Message}"
            );
}
