namespace Waverless.Kv;

/// <summary>
/// Conditions and writes of one app that take effect together or not at all. All keys must belong
/// to one partition. Not thread-safe; reusable after <see cref="Clear"/>.
/// </summary>
public sealed class KvBatch
{
    /// <summary>The operations, already encoded.</summary>
    internal Commit Commit { get; } = new();

    /// <summary>Count of conditions and writes.</summary>
    public int Count => Commit.OperationCount;

    /// <summary>Writes a value. Later operations on the same key win.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value; may be empty.</param>
    public KvBatch Set(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        Commit.Put(key, value);
        return this;
    }

    /// <summary>Writes a value. Later operations on the same key win.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value; may be empty.</param>
    public KvBatch Set(KvKey key, ReadOnlySpan<byte> value) => Set(key.Span, value);

    /// <summary>
    /// Writes a value that is absent after a while, counted in store time from this commit. It is
    /// then deleted for good, which watch delivers as <see cref="KvChangeKind.Expire"/> and which
    /// starts the functions that a delete of the key starts.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value; may be empty.</param>
    /// <param name="lifetime">At least 1 ms; counted in whole milliseconds.</param>
    /// <exception cref="ArgumentOutOfRangeException">Shorter than 1 ms.</exception>
    public KvBatch Set(KvKey key, ReadOnlySpan<byte> value, TimeSpan lifetime)
    {
        Commit.PutFor(key.Span, value, (long)lifetime.TotalMilliseconds);
        return this;
    }

    /// <summary>Writes a value that is absent from a moment of store time on.</summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value; may be empty.</param>
    /// <param name="deadline">The moment; one that has passed makes the key absent at once.</param>
    /// <exception cref="ArgumentOutOfRangeException">Not after 1970-01-01 UTC.</exception>
    public KvBatch Set(KvKey key, ReadOnlySpan<byte> value, DateTimeOffset deadline)
    {
        Commit.PutUntil(key.Span, value, deadline.ToUnixTimeMilliseconds());
        return this;
    }

    /// <summary>Deletes a key; no effect if absent.</summary>
    /// <param name="key">The key.</param>
    public KvBatch Delete(ReadOnlySpan<byte> key)
    {
        Commit.Delete(key);
        return this;
    }

    /// <summary>Deletes a key; no effect if absent.</summary>
    /// <param name="key">The key.</param>
    public KvBatch Delete(KvKey key) => Delete(key.Span);

    /// <summary>
    /// Deletes a key only if its value was written by the commit <paramref name="number"/>.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="number">Revision number that a read returned.</param>
    public KvBatch DeleteIfRevision(KvKey key, ulong number)
    {
        Commit.DeleteIfRevision(key.Span, number);
        return this;
    }

    /// <summary>
    /// Makes a blob the value of the key that it was written for. It becomes visible with the rest
    /// of the batch, and sets off what any write of the key does. Adds one condition: that the
    /// blob's writer was not disposed.
    /// </summary>
    /// <param name="blob">The blob.</param>
    public KvBatch SetBlob(KvBlob blob)
    {
        ArgumentNullException.ThrowIfNull(blob);
        Commit.RequirePresent(BlobKeys.Owner(blob.Descriptor.Id.Span), KeyArea.System);
        Commit.Put(blob.Key.Span, blob.Descriptor.Encode());
        return this;
    }

    /// <summary>Requires that the key is absent.</summary>
    /// <param name="key">The key.</param>
    public KvBatch RequireAbsent(KvKey key)
    {
        Commit.RequireAbsent(key.Span);
        return this;
    }

    /// <summary>Requires that the key is present.</summary>
    /// <param name="key">The key.</param>
    public KvBatch RequirePresent(KvKey key)
    {
        Commit.RequirePresent(key.Span);
        return this;
    }

    /// <summary>
    /// Requires that the key's value was written by the commit <paramref name="number"/>.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="number">Revision number that a read returned.</param>
    public KvBatch RequireRevision(KvKey key, ulong number)
    {
        Commit.RequireRevision(key.Span, number);
        return this;
    }

    /// <summary>Forgets everything.</summary>
    public void Clear() => Commit.Clear();
}
