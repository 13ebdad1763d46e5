using System.Buffers;
using System.Runtime.CompilerServices;
using Waverless.Cluster.Placement;
using Waverless.Events;
using Waverless.Kv;

namespace Waverless.Cluster.Routing;

/// <summary>
/// The store of a cluster, as one node sees it: partitions that are at home here are its own
/// engine's, the others are read and written where they are.
/// </summary>
internal sealed class RoutedEngine(
    IStorageEngine inner,
    PartitionHomes homes,
    RemotePartitions remote,
    Func<string, string> versionOf
) : IStorageEngine, ITokenSecret, IDeferredWork
{
    public IStorageEngine Inner => inner;

    public ReadOnlyMemory<byte> TokenSecret => ((ITokenSecret)inner).TokenSecret;

    public int Watches => (inner as IDeferredWork)?.Watches ?? 0;

    public DeferredCounts DeferredIn(PartitionId partition) =>
        inner is IDeferredWork work && homes.IsLocal(partition)
            ? work.DeferredIn(partition)
            : default;

    public StorageCapabilities Capabilities => inner.Capabilities;

    public uint Incarnation => inner.Incarnation;

    /// <summary>Those that are at home here; what else the disk has is of another time.</summary>
    public IReadOnlyCollection<PartitionId> Partitions =>
        [.. inner.Partitions.Where(homes.IsLocal)];

    public ValueTask OpenAsync(ICommitListener listener, TimeProvider time, CancellationToken ct) =>
        inner.OpenAsync(listener, time, ct);

    public ValueTask<KvRead> GetAsync(
        PartitionId p,
        KvKey key,
        ReadOptions how,
        IBufferWriter<byte> into,
        CancellationToken ct
    ) =>
        homes.IsLocal(p)
            ? inner.GetAsync(p, key, how, into, ct)
            : GetRemoteAsync(p, key, how, into, ct);

    public ValueTask<KvPage> ScanAsync(
        PartitionId p,
        KvRange range,
        ReadOptions how,
        CancellationToken ct
    ) => homes.IsLocal(p) ? inner.ScanAsync(p, range, how, ct) : ScanRemoteAsync(p, range, how, ct);

    public ValueTask<CommitResult> CommitAsync(
        PartitionId p,
        Commit commit,
        CancellationToken ct
    ) => homes.IsLocal(p) ? inner.CommitAsync(p, commit, ct) : CommitRemoteAsync(p, commit, ct);

    public async IAsyncEnumerable<KvChange> WatchAsync(
        PartitionId p,
        Revision after,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        var last = after;
        if (!homes.IsLocal(p))
        {
            await foreach (var change in remote.WatchAsync(p, after, ct))
            {
                last = change.Revision;
                yield return change;
            }
        }

        await foreach (var change in inner.WatchAsync(p, last, ct))
        {
            yield return change;
        }
    }

    public ValueTask<IReadSnapshot> SnapshotAsync(
        PartitionId p,
        ReadOptions how,
        CancellationToken ct
    ) => homes.IsLocal(p) ? inner.SnapshotAsync(p, how, ct) : SnapshotRemoteAsync(p, how, ct);

    public ValueTask<IReadOnlyList<ExpiringKey>> ReadExpiringAsync(
        PartitionId p,
        long fromMs,
        long untilMs,
        int limit,
        CancellationToken ct
    )
    {
        Demand(p, "its deadlines");
        return inner.ReadExpiringAsync(p, fromMs, untilMs, limit, ct);
    }

    public ValueTask<IReadOnlyList<StoredEvent>> ReadEventsAsync(
        PartitionId p,
        EventQuery query,
        EventPosition after,
        int limit,
        CancellationToken ct
    )
    {
        Demand(p, "its events");
        return inner.ReadEventsAsync(p, query, after, limit, ct);
    }

    public ValueTask<IReadOnlyList<string>> ReadEventFunctionsAsync(
        PartitionId p,
        EventState state,
        CancellationToken ct
    )
    {
        Demand(p, "its events");
        return inner.ReadEventFunctionsAsync(p, state, ct);
    }

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private void Demand(PartitionId p, string what)
    {
        if (!homes.IsLocal(p))
        {
            throw new StorageException(
                StorageError.Unavailable,
                $"{p} is at home on node {homes.HomeOf(p)}; {what} can be read only there."
            );
        }
    }

    private async ValueTask<IReadSnapshot> SnapshotRemoteAsync(
        PartitionId p,
        ReadOptions how,
        CancellationToken ct
    ) =>
        await remote.SnapshotAsync(p, how, ct) as IReadSnapshot
        ?? await inner.SnapshotAsync(p, how, ct);

    private async ValueTask<KvRead> GetRemoteAsync(
        PartitionId p,
        KvKey key,
        ReadOptions how,
        IBufferWriter<byte> into,
        CancellationToken ct
    ) =>
        await remote.GetAsync(p, key, how, into, ct) ?? await inner.GetAsync(p, key, how, into, ct);

    private async ValueTask<KvPage> ScanRemoteAsync(
        PartitionId p,
        KvRange range,
        ReadOptions how,
        CancellationToken ct
    ) => await remote.ScanAsync(p, range, how, ct) ?? await inner.ScanAsync(p, range, how, ct);

    private async ValueTask<CommitResult> CommitRemoteAsync(
        PartitionId p,
        Commit commit,
        CancellationToken ct
    )
    {
        // What a write sets off is matched here: by the version that is in service there.
        var version = commit.MutationCount > 0 ? versionOf(p.App) : "";
        return await remote.CommitAsync(p, commit, version, commit.IsRoot, ct)
            ?? await inner.CommitAsync(p, commit, ct);
    }
}
