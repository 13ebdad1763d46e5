using Waverless.Diagnostics;

namespace Waverless.Kv;

/// <summary>
/// Writes a blob piece by piece; nobody sees it until a batch with it is committed. Dispose it
/// after that: what was not committed by then is removed. One that a function opens keeps what it
/// wrote until the function has ended, whenever it is disposed. Not thread-safe.
/// </summary>
public sealed class KvBlobWriter : IAsyncDisposable
{
    private readonly BlobStore _blobs;
    private readonly PartitionId _partition;
    private readonly KvKey _key;
    private readonly KvKey _id;
    private readonly byte[] _chunk = new byte[BlobStore.ChunkBytes];
    private int _inChunk;
    private uint _chunks;
    private bool _hasOwner;
    private readonly bool _isOfInvocation;
    private bool _isDisposed;
    private int _isReleased;
    private KvBlob? _blob;

    internal KvBlobWriter(
        BlobStore blobs,
        PartitionId partition,
        KvKey key,
        KvKey id,
        bool isOfInvocation
    )
    {
        (_blobs, _partition, _key, _id) = (blobs, partition, key, id);
        _isOfInvocation = isOfInvocation;
    }

    /// <summary>Bytes so far.</summary>
    public long Length { get; private set; }

    /// <summary>Appends bytes.</summary>
    /// <param name="bytes">What to append; may be reused afterwards.</param>
    /// <param name="ct">Stops waiting for a turn.</param>
    /// <exception cref="KvWriteException">
    /// Longer than <see cref="KvLimits.BlobBytesMax"/>, over the app's quota, or the store is full
    /// or failed.
    /// </exception>
    public async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken ct = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_blob is not null)
        {
            throw new InvalidOperationException("The blob is complete; nothing can be appended.");
        }

        if (Length + bytes.Length > _blobs.BytesMax)
        {
            throw new KvWriteException(
                KvRefusal.ValueLength(_key.Span, Length + bytes.Length, _blobs.BytesMax)
            );
        }

        while (!bytes.IsEmpty)
        {
            var count = Math.Min(bytes.Length, _chunk.Length - _inChunk);
            bytes[..count].CopyTo(_chunk.AsMemory(_inChunk));
            bytes = bytes[count..];
            _inChunk += count;
            Length += count;
            if (_inChunk == _chunk.Length)
            {
                await FlushAsync(ct);
            }
        }
    }

    /// <summary>Writes what is left; the blob can then be committed.</summary>
    /// <param name="ct">Stops waiting for a turn.</param>
    /// <exception cref="KvWriteException">As <see cref="WriteAsync"/>.</exception>
    public async ValueTask<KvBlob> CompleteAsync(CancellationToken ct = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (_blob is null)
        {
            if (_inChunk > 0 || !_hasOwner)
            {
                await FlushAsync(ct);
            }

            var descriptor = new BlobDescriptor(_id, Length, BlobStore.ChunkBytes);
            _blob = new KvBlob(_key, descriptor);
        }

        return _blob;
    }

    /// <summary>Removes the blob, in the background, unless it was committed.</summary>
    public ValueTask DisposeAsync()
    {
        _isDisposed = true;
        if (!_isOfInvocation)
        {
            Release();
        }

        return default;
    }

    /// <summary>From here on the blob is there only if a key names it.</summary>
    internal void Release()
    {
        _isDisposed = true;
        if (Interlocked.Exchange(ref _isReleased, 1) == 0)
        {
            _blobs.Release(_partition, _id);
        }
    }

    private async ValueTask FlushAsync(CancellationToken ct)
    {
        var commit = new Commit();
        if (!_hasOwner)
        {
            commit.Put(BlobKeys.Owner(_id.Span), _key.Span, KeyArea.System);
        }

        if (_inChunk > 0)
        {
            var key = BlobKeys.Chunk(_id.Span, _chunks);
            commit.Put(key, _chunk.AsSpan(0, _inChunk), KeyArea.System);
        }

        var result = await _blobs.CommitAsync(_partition, commit, ct);
        if (!result.IsCommitted)
        {
            throw new KvWriteException(result);
        }

        Failpoints.Pass(Failpoint.BlobWritten);
        _hasOwner = true;
        _chunks += _inChunk > 0 ? 1u : 0u;
        _inChunk = 0;
    }
}
