using System.Buffers;
using Waverless.Invocations;

namespace Waverless.Kv;

/// <summary>
/// The keys of one app, as the host's own code uses them; injected by key:
/// <c>[FromKeyedServices("word_count")] IKvStore</c>. Writes set off functions like any guest's.
/// The host is trusted: no pattern has to be declared. Thread-safe. Waits until the node is ready.
/// </summary>
public interface IKvStore
{
    /// <summary>The app whose keys these are.</summary>
    string App { get; }

    /// <summary>Reads a key's newest committed value into <paramref name="into"/>.</summary>
    /// <param name="key">The key.</param>
    /// <param name="into">Receives the value if the key is present.</param>
    /// <param name="ct">Cancels a wait.</param>
    /// <exception cref="StorageException">The store is closed or failed.</exception>
    ValueTask<KvRead> GetAsync(KvKey key, IBufferWriter<byte> into, CancellationToken ct = default);

    /// <summary>
    /// Reads one page of a range of one partition, in key order; a snapshot in itself.
    /// </summary>
    /// <param name="range">What to read.</param>
    /// <param name="partition">
    /// Which partition; an app is one partition unless its manifest says more.
    /// </param>
    /// <param name="ct">Cancels a wait.</param>
    /// <exception cref="StorageException">The store is closed or failed.</exception>
    ValueTask<KvPage> ScanAsync(KvRange range, int partition = 0, CancellationToken ct = default);

    /// <summary>
    /// Reads one page of a range, in key order or against it, and gives a token for the next one
    /// that survives restarts and cannot be forged.
    /// </summary>
    /// <param name="scan">What to read.</param>
    /// <param name="ct">Cancels a wait.</param>
    /// <exception cref="ArgumentOutOfRangeException">The limit is below 1.</exception>
    /// <exception cref="StorageException">
    /// <c>TokenInvalid</c>: the token is not of this scan. <c>ForeignRevision</c>: the store was
    /// restored since. The store is closed or failed.
    /// </exception>
    ValueTask<KvScanPage> ScanAsync(KvScan scan, CancellationToken ct = default);

    /// <summary>
    /// Begins to write a blob: a value of up to <see cref="KvLimits.BlobBytesMax"/>, in pieces.
    /// </summary>
    /// <param name="key">The key that is to have it.</param>
    /// <param name="ct">Cancels a wait.</param>
    ValueTask<KvBlobWriter> OpenBlobWriteAsync(KvKey key, CancellationToken ct = default);

    /// <summary>
    /// Opens a key's value of any length for reading in pieces; null if the key is absent.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="ct">Cancels a wait.</param>
    /// <exception cref="StorageException">The store is closed or failed.</exception>
    ValueTask<KvBlobReader?> OpenBlobReadAsync(KvKey key, CancellationToken ct = default);

    /// <summary>Applies a batch atomically, together with the events that it sets off.</summary>
    /// <param name="batch">What to do; may be reused once this has completed.</param>
    /// <param name="ct">Stops waiting for a turn.</param>
    ValueTask<CommitResult> CommitAsync(KvBatch batch, CancellationToken ct = default);

    /// <summary>
    /// Locks a key, first come first served. The lock is leased: with a lease it ends with that,
    /// without one it is renewed until it is disposed. Functions and host code lock the same keys.
    /// </summary>
    /// <param name="key">The key, which need not exist.</param>
    /// <param name="mode">Alone, or together with other readers.</param>
    /// <param name="lease">1 ms to 24 h; null renews it.</param>
    /// <param name="ct">Cancels the wait, which else has no end.</param>
    /// <exception cref="ArgumentOutOfRangeException">The lease is out of range.</exception>
    /// <exception cref="InvocationRefusedException">
    /// Too many locks on the node, or the store did not take it.
    /// </exception>
    ValueTask<KvLock> LockAsync(
        KvKey key,
        LockMode mode = LockMode.Write,
        TimeSpan? lease = null,
        CancellationToken ct = default
    );

    /// <summary>
    /// Delivers every change after a revision in order, without gaps, until cancelled.
    /// </summary>
    /// <param name="after">
    /// The last revision already seen; the default starts at the first retained.
    /// </param>
    /// <param name="partition">Which partition.</param>
    /// <param name="ct">Ends the watch.</param>
    /// <exception cref="StorageException">
    /// <c>Compacted</c>: the change log begins above it.
    /// </exception>
    IAsyncEnumerable<KvChange> WatchAsync(
        Revision after = default,
        int partition = 0,
        CancellationToken ct = default
    );
}
