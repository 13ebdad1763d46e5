using System.Buffers;
using System.Collections.Concurrent;

namespace Waverless.Kv;

/// <summary>
/// Writes and reads blobs, and knows which are being written: a blob that nobody writes and that
/// its key does not name is an orphan, which the collector removes.
/// </summary>
internal sealed class BlobStore(IStorageEngine engine, FrontDoor door, Random random)
{
    /// <summary>Bytes of a piece; the last one may be shorter.</summary>
    public const int ChunkBytes = 256 * 1024;

    private readonly ConcurrentDictionary<KvKey, PartitionId> _written = new();
    private readonly Lock _randomGate = new();

    /// <summary>Removes orphans of a partition, soon.</summary>
    public Action<PartitionId> Collect { get; set; } = static _ => { };

    /// <summary>Longest blob.</summary>
    public long BytesMax => door.Limits.BlobBytesMax;

    /// <summary>Whether a blob may still become a key's value.</summary>
    public bool IsBeingWritten(KvKey id) => _written.ContainsKey(id);

    /// <summary>Begins to write a blob for a key.</summary>
    /// <param name="partition">Where the key is.</param>
    /// <param name="key">The key.</param>
    /// <param name="isOfInvocation">Whether the end of an invocation releases it.</param>
    public KvBlobWriter OpenWrite(PartitionId partition, KvKey key, bool isOfInvocation = false)
    {
        var id = new byte[BlobKeys.IdBytes];
        lock (_randomGate)
        {
            random.NextBytes(id);
        }

        _written[new KvKey(id)] = partition;
        door.Blobs.Note(partition, key, new KvKey(id));
        var owned = new KvKey(key.Span.ToArray());
        return new KvBlobWriter(this, partition, owned, new KvKey(id), isOfInvocation);
    }

    /// <summary>Opens what a key has now; null if it is absent.</summary>
    public async ValueTask<KvBlobReader?> OpenReadAsync(
        PartitionId partition,
        KvKey key,
        CancellationToken ct
    )
    {
        var snapshot = await engine.SnapshotAsync(partition, default, ct);
        try
        {
            var into = new ArrayBufferWriter<byte>();
            var read = await snapshot.GetAsync(key, KeyArea.Data, into, ct);
            if (!read.Found)
            {
                snapshot.Dispose();
                return null;
            }

            var owned = new KvKey(key.Span.ToArray());
            return new KvBlobReader(snapshot, owned, read.Number, into.WrittenMemory);
        }
        catch
        {
            snapshot.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Opens a value that a transaction has read; null: the key has another one by now.
    /// </summary>
    /// <param name="partition">Where the key is.</param>
    /// <param name="key">The key.</param>
    /// <param name="read">What was read; number 0: the transaction's own write.</param>
    /// <param name="value">The value.</param>
    /// <param name="ct">Cancels a wait.</param>
    public async ValueTask<KvBlobReader?> OpenReadAsync(
        PartitionId partition,
        KvKey key,
        KvRead read,
        ReadOnlyMemory<byte> value,
        CancellationToken ct
    )
    {
        var snapshot = await engine.SnapshotAsync(partition, new ReadOptions(read.Number), ct);
        try
        {
            var owned = new KvKey(key.Span.ToArray());
            var into = new ArrayBufferWriter<byte>();
            var now =
                read.Number == 0 ? read : await snapshot.GetAsync(owned, KeyArea.Data, into, ct);
            if (now.Found && now.Number == read.Number)
            {
                return new KvBlobReader(snapshot, owned, read.Number, value);
            }
        }
        catch
        {
            snapshot.Dispose();
            throw;
        }

        snapshot.Dispose();
        return null;
    }

    /// <summary>Writes a piece.</summary>
    public ValueTask<CommitResult> CommitAsync(
        PartitionId partition,
        Commit commit,
        CancellationToken ct
    ) => door.CommitOwnAsync(partition, commit, ct);

    /// <summary>A writer is done with a blob; if it was not committed, it is an orphan.</summary>
    public void Release(PartitionId partition, KvKey id)
    {
        _written.TryRemove(id, out _);
        Collect(partition);
    }
}
