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
