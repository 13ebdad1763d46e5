using System.Buffers;

namespace Waverless.Kv;

/// <summary>
/// Reads a blob, or any other value, at any place, as it was when it was opened, whatever becomes
/// of the key meanwhile. Keeps what it shows on disk until it is disposed. Not thread-safe.
/// </summary>
public sealed class KvBlobReader : IDisposable
{
    // A function that was given up may still read while its end disposes this.
    private readonly Lock _lock = new();
    private readonly IReadSnapshot _snapshot;
    private bool _isDisposed;
    private readonly KvKey _key;
    private readonly BlobDescriptor? _descriptor;
    private ReadOnlyMemory<byte> _chunk;
    private long _chunkNumber = -1;

    internal KvBlobReader(
        IReadSnapshot snapshot,
        KvKey key,
        ulong number,
        ReadOnlyMemory<byte> value
    )
    {
        (_snapshot, _key, Number, _chunk) = (snapshot, key, number, value);
        _descriptor = BlobDescriptor.Decode(value.Span);
        Length = _descriptor?.Length ?? value.Length;
    }

    /// <summary>Length of the blob in bytes.</summary>
    public long Length { get; }

    /// <summary>Revision number of the commit that made it the key's value.</summary>
    public ulong Number { get; }

    /// <summary>Reads bytes from a place on.</summary>
    /// <param name="offset">Where; from 0.</param>
    /// <param name="into">Receives the bytes.</param>
    /// <param name="ct">Cancels a wait.</param>
    /// <returns>How many were read: less than asked for at a chunk's end; 0 at the blob's.</returns>
    /// <exception cref="StorageException">
    /// The store is closed or failed; <c>Corrupted</c>: a piece is missing.
    /// </exception>
    public async ValueTask<int> ReadAsync(
        long offset,
        Memory<byte> into,
        CancellationToken ct = default
    )
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        if (offset >= Length || into.IsEmpty)
        {
            return 0;
        }

        var inChunk = offset;
        if (_descriptor is { } descriptor)
        {
            await LoadAsync(descriptor, offset / descriptor.ChunkBytes, ct);
            inChunk = offset % descriptor.ChunkBytes;
        }

        var count = (int)Math.Min(into.Length, _chunk.Length - inChunk);
        _chunk.Slice((int)inChunk, count).CopyTo(into);
        return count;
    }

    /// <summary>Copies a part of the blob.</summary>
    /// <param name="to">Receives it.</param>
    /// <param name="offset">Where to begin.</param>
    /// <param name="count">How many bytes at most.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="StorageException">As <see cref="ReadAsync"/>.</exception>
    public async Task CopyToAsync(
        Stream to,
        long offset = 0,
        long count = long.MaxValue,
        CancellationToken ct = default
    )
    {
        ArgumentNullException.ThrowIfNull(to);
        var buffer = ArrayPool<byte>.Shared.Rent(BlobStore.ChunkBytes);
        try
        {
            while (count > 0)
            {
                var part = buffer.AsMemory(0, (int)Math.Min(buffer.Length, count));
                var read = await ReadAsync(offset, part, ct);
                if (read == 0)
                {
                    return;
                }

                await to.WriteAsync(part[..read], ct);
                offset += read;
                count -= read;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Lets go of what it shows.</summary>
    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            _snapshot.Dispose();
        }
    }

    private async ValueTask LoadAsync(BlobDescriptor descriptor, long number, CancellationToken ct)
    {
        if (_chunkNumber == number)
        {
            return;
        }

        var into = new ArrayBufferWriter<byte>(descriptor.ChunkBytes);
        var key = new KvKey(BlobKeys.Chunk(descriptor.Id.Span, (uint)number));
        ValueTask<KvRead> reading;
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            reading = _snapshot.GetAsync(key, KeyArea.System, into, ct);
        }

        var read = await reading;
        var expected = Math.Min(descriptor.ChunkBytes, Length - number * descriptor.ChunkBytes);
        if (!read.Found || read.Length != expected)
        {
            throw new StorageException(
                StorageError.Corrupted,
                $"storage: piece {number} of the blob '{_key}' has {read.Length} bytes, expected "
                    + $"{expected}"
            );
        }

        (_chunk, _chunkNumber) = (into.WrittenMemory, number);
    }
}
