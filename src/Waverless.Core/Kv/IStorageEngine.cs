using System.Buffers;
using Waverless.Events;

namespace Waverless.Kv;

/// <summary>
/// What a storage provider implements: partitions of ordered keys and event records, changed only
/// by commits (SEMANTICS §1). Thread-safe. Calls that do not have to wait complete synchronously.
/// </summary>
public interface IStorageEngine : IAsyncDisposable
{
    /// <summary>What this engine promises.</summary>
    StorageCapabilities Capabilities { get; }

    /// <summary>Life of the data; a restore from a backup raises it.</summary>
    uint Incarnation { get; }

    /// <summary>Partitions that hold or held anything, for recovery after a restart.</summary>
    IReadOnlyCollection<PartitionId> Partitions { get; }

    /// <summary>
    /// Opens the data and registers who hears of committed events. Called once, before anything
    /// else.
    /// </summary>
    /// <param name="listener">
    /// Hears of every commit that carries events or deadlines, in revision order.
    /// </param>
    /// <param name="time">The clock by which reads tell what has expired.</param>
    /// <param name="ct">Cancels the opening.</param>
    /// <exception cref="StorageException">
    /// The data cannot be opened; the message says why.
    /// </exception>
    ValueTask OpenAsync(ICommitListener listener, TimeProvider time, CancellationToken ct);

    /// <summary>Reads one key into <paramref name="into"/>.</summary>
    /// <param name="p">The key's partition.</param>
    /// <param name="key">The key.</param>
    /// <param name="how">How to read.</param>
    /// <param name="into">Receives the value's bytes if the key is present.</param>
    /// <param name="ct">Cancels a wait.</param>
    ValueTask<KvRead> GetAsync(
        PartitionId p,
        KvKey key,
        ReadOptions how,
        IBufferWriter<byte> into,
        CancellationToken ct
    );

    /// <summary>Reads one page of a range; a page is a snapshot.</summary>
    /// <param name="p">The partition.</param>
    /// <param name="range">What to read.</param>
    /// <param name="how">How to read.</param>
    /// <param name="ct">Cancels a wait.</param>
    ValueTask<KvPage> ScanAsync(
        PartitionId p,
        KvRange range,
        ReadOptions how,
        CancellationToken ct
    );

    /// <summary>Opens one state of a partition for several reads.</summary>
    /// <param name="p">The partition.</param>
    /// <param name="how">How new it has to be at least.</param>
    /// <param name="ct">Cancels a wait.</param>
    /// <exception cref="StorageException">The store is closed or failed.</exception>
    ValueTask<IReadSnapshot> SnapshotAsync(PartitionId p, ReadOptions how, CancellationToken ct);

    /// <summary>
    /// Lists values whose deadline is within a span of store time, in order of deadline; also such
    /// as were replaced since, for whose entries in the list <see cref="Commit.Expire"/> is due
    /// all the same.
    /// </summary>
    /// <param name="p">The partition.</param>
    /// <param name="fromMs">
    /// Unix milliseconds below which nothing is listed any more, so that reading does not begin at
    /// what was deleted there; 0 if that is not known.
    /// </param>
    /// <param name="untilMs">Unix milliseconds; the largest number lists everything.</param>
    /// <param name="limit">Most entries to return.</param>
    /// <param name="ct">Cancels a wait.</param>
    ValueTask<IReadOnlyList<ExpiringKey>> ReadExpiringAsync(
        PartitionId p,
        long fromMs,
        long untilMs,
        int limit,
        CancellationToken ct
    );

    /// <summary>
    /// Applies a commit atomically. Everything is decided in apply, under the partition's
    /// sequencer. The commit's memory may be reused once the call has completed.
    /// </summary>
    /// <param name="p">The partition that the commit changes.</param>
    /// <param name="commit">What to do.</param>
    /// <param name="ct">
    /// Stops waiting for a turn; a commit that got its turn is not interrupted.
    /// </param>
    ValueTask<CommitResult> CommitAsync(PartitionId p, Commit commit, CancellationToken ct);

    /// <summary>
    /// Delivers every change after <paramref name="after"/> in revision order without gaps, then
    /// goes on live until cancelled.
    /// </summary>
    /// <param name="p">The partition.</param>
    /// <param name="after">
    /// The last revision already seen; number 0 starts at the first retained one.
    /// </param>
    /// <param name="ct">Ends the watch.</param>
    /// <exception cref="StorageException">
    /// <c>Compacted</c>: the change log begins above it.
    /// </exception>
    IAsyncEnumerable<KvChange> WatchAsync(PartitionId p, Revision after, CancellationToken ct);

    /// <summary>
    /// Reads stored event records of one function, in the order in which they are to run, starting
    /// after <paramref name="after"/>. Used after a restart or a spill, never on the hot path.
    /// </summary>
    /// <param name="p">The partition.</param>
    /// <param name="query">Which records.</param>
    /// <param name="after">
    /// Position of the last record already seen; the default starts at the function's cursor.
    /// </param>
    /// <param name="limit">
    /// Most records to return; fewer come where <see cref="EventQuery.BytesMax"/> ends the page.
    /// </param>
    /// <param name="ct">Cancels a wait.</param>
    ValueTask<IReadOnlyList<StoredEvent>> ReadEventsAsync(
        PartitionId p,
        EventQuery query,
        EventPosition after,
        int limit,
        CancellationToken ct
    );

    /// <summary>
    /// Names the functions that have stored event records of a state in a partition.
    /// </summary>
    /// <param name="p">The partition.</param>
    /// <param name="state">Which records.</param>
    /// <param name="ct">Cancels a wait.</param>
    ValueTask<IReadOnlyList<string>> ReadEventFunctionsAsync(
        PartitionId p,
        EventState state,
        CancellationToken ct
    );
}
