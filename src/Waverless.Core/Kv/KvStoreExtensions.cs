using System.Buffers;
using System.Text;

namespace Waverless.Kv;

/// <summary>Shorter forms of the calls of <see cref="IKvStore"/>.</summary>
public static class KvStoreExtensions
{
    /// <summary>Reads a key; null if absent.</summary>
    /// <param name="store">The app's store.</param>
    /// <param name="key">The key.</param>
    /// <param name="ct">Cancels a wait.</param>
    public static async ValueTask<KvEntry?> GetAsync(
        this IKvStore store,
        KvKey key,
        CancellationToken ct = default
    )
    {
        ArgumentNullException.ThrowIfNull(store);
        var into = new ArrayBufferWriter<byte>();
        var read = await store.GetAsync(key, into, ct);
        return read.Found
            ? new KvEntry(key, into.WrittenMemory, read.Number, read.DeadlineMs)
            : null;
    }

    /// <summary>Reads a key as UTF-8 text; null if absent.</summary>
    /// <param name="store">The app's store.</param>
    /// <param name="key">The key.</param>
    /// <param name="ct">Cancels a wait.</param>
    public static async ValueTask<string?> GetTextAsync(
        this IKvStore store,
        KvKey key,
        CancellationToken ct = default
    ) =>
        await store.GetAsync(key, ct) is { } entry
            ? Encoding.UTF8.GetString(entry.Value.Span)
            : null;

    /// <summary>Writes one value.</summary>
    /// <param name="store">The app's store.</param>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    /// <param name="ct">Stops waiting for a turn.</param>
    public static ValueTask<CommitResult> SetAsync(
        this IKvStore store,
        KvKey key,
        ReadOnlyMemory<byte> value,
        CancellationToken ct = default
    )
    {
        ArgumentNullException.ThrowIfNull(store);
        return store.CommitAsync(new KvBatch().Set(key, value.Span), ct);
    }

    /// <summary>Writes one text as UTF-8.</summary>
    /// <param name="store">The app's store.</param>
    /// <param name="key">The key.</param>
    /// <param name="value">The text.</param>
    /// <param name="ct">Stops waiting for a turn.</param>
    public static ValueTask<CommitResult> SetTextAsync(
        this IKvStore store,
        KvKey key,
        string value,
        CancellationToken ct = default
    ) => store.SetAsync(key, Encoding.UTF8.GetBytes(value), ct);

    /// <summary>Deletes one key.</summary>
    /// <param name="store">The app's store.</param>
    /// <param name="key">The key.</param>
    /// <param name="ct">Stops waiting for a turn.</param>
    public static ValueTask<CommitResult> DeleteAsync(
        this IKvStore store,
        KvKey key,
        CancellationToken ct = default
    )
    {
        ArgumentNullException.ThrowIfNull(store);
        return store.CommitAsync(new KvBatch().Delete(key), ct);
    }

    /// <summary>Writes a stream as the value of a key, in pieces, visible when it is whole.</summary>
    /// <param name="store">The app's store.</param>
    /// <param name="key">The key.</param>
    /// <param name="content">Read to its end.</param>
    /// <param name="ct">Gives up; then nothing is left of it.</param>
    /// <exception cref="KvWriteException">
    /// Longer than <see cref="KvLimits.BlobBytesMax"/>, over the quota, or the store is full.
    /// </exception>
    public static async ValueTask<CommitResult> SetBlobAsync(
        this IKvStore store,
        KvKey key,
        Stream content,
        CancellationToken ct = default
    )
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(content);
        await using var writer = await store.OpenBlobWriteAsync(key, ct);
        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            while (await content.ReadAsync(buffer, ct) is > 0 and var count)
            {
                await writer.WriteAsync(buffer.AsMemory(0, count), ct);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        var blob = await writer.CompleteAsync(ct);
        return await store.CommitAsync(new KvBatch().SetBlob(blob), ct);
    }
}
