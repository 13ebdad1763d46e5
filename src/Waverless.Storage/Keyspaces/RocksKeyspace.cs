using System.Globalization;
using Waverless.Kv;
using Waverless.Storage.Native;

namespace Waverless.Storage.Keyspaces;

/// <summary>
/// The key space of the RocksDB engine; failures become typed results or exceptions.
/// </summary>
internal sealed class RocksKeyspace(RocksDatabase database, string folder, DiskGuard? guard = null)
    : IKeyspace
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
        if (guard?.Refuse(batch.Bytes) is { } full)
        {
            return new WriteOutcome(CommitStatus.Rejected, CommitRejection.StorageFull, full);
        }

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
    public long ApproximateBytes(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to)
    {
        try
        {
            return database.ApproximateBytes(from, to);
        }
        catch (RocksDbException e)
        {
            throw RocksView.ReadFailure(e);
        }
        catch (ObjectDisposedException e)
        {
            throw RocksView.Closed(e);
        }
    }

    /// <inheritdoc />
    public Task Closed => database.Closed;

    /// <inheritdoc />
    public KeyspaceSizes Sizes()
    {
        try
        {
            return new KeyspaceSizes(
                Number("rocksdb.total-sst-files-size"),
                LogBytes(),
                Number("rocksdb.cur-size-all-mem-tables"),
                Number("rocksdb.is-write-stopped") != 0
            );
        }
        catch (ObjectDisposedException e)
        {
            throw RocksView.Closed(e);
        }
    }

    /// <inheritdoc />
    public void Dispose() => database.Dispose();

    /// <summary>Log files come and go; one that has just gone counts nothing.</summary>
    private long LogBytes() =>
        new DirectoryInfo(folder)
            .EnumerateFiles("*.log")
            .Sum(static file => file.Exists ? file.Length : 0);

    private long Number(string property) =>
        long.TryParse(
            database.Property(property),
            NumberStyles.None,
            CultureInfo.InvariantCulture,
            out var number
        )
            ? number
            : 0;

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
