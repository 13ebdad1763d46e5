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
    RoutingGate gate,
    Func<string, string> versionOf
) : IStorageEngine, ITokenSecret, ISharedTokenSecret, IDeferredWork
{
    /// <summary>How often the engine may refuse what this node takes to be served.</summary>
    private const int RefusalsMax = 3;

    public IStorageEngine Inner => inner;

    public ReadOnlyMemory<byte> TokenSecret => ((ITokenSecret)inner).TokenSecret;

    /// <summary>What the nodes have in common; null: nothing yet.</summary>
    public ClusterSecret? Secret { get; set; }

    public ValueTask<ReadOnlyMemory<byte>?> SharedTokenSecretAsync(CancellationToken ct) =>
        Secret?.GetAsync(ct) ?? default;

    public int Watches => (inner as IDeferredWork)?.Watches ?? 0;

    public DeferredCounts DeferredIn(PartitionId partition) =>
        inner is IDeferredWork work && homes.IsLocal(partition)
            ? work.DeferredIn(partition)
            : default;

    public StorageCapabilities Capabilities => inner.Capabilities;

    public uint Incarnation => inner.Incarnation;

    /// <summary>Those that are served here; what else the disk has is of another time.</summary>
    public IReadOnlyCollection<PartitionId> Partitions =>
        [.. inner.Partitions.Where(homes.IsServed)];

    public ValueTask OpenAsync(ICommitListener listener, TimeProvider time, CancellationToken ct) =>
        inner.OpenAsync(listener, time, ct);

    public ValueTask<KvRead> GetAsync(
        PartitionId p,
        KvKey key,
        ReadOptions how,
        IBufferWriter<byte> into,
        CancellationToken ct
    ) =>
        homes.IsServed(p)
            ? inner.GetAsync(p, key, how, into, ct)
            : GetElsewhereAsync(p, key, how, into, ct);

    public ValueTask<KvPage> ScanAsync(
        PartitionId p,
        KvRange range,
        ReadOptions how,
        CancellationToken ct
    ) =>
        homes.IsServed(p)
            ? inner.ScanAsync(p, range, how, ct)
            : ScanElsewhereAsync(p, range, how, ct);

    public ValueTask<CommitResult> CommitAsync(PartitionId p, Commit commit, CancellationToken ct)
    {
        if (!homes.IsServed(p) || commit.Tenure is { IsOver: true })
        {
            return CommitElsewhereAsync(p, commit, ct);
        }

        var committing = inner.CommitAsync(p, commit, ct);
        return
            committing is { IsCompletedSuccessfully: true, Result.Rejection: var rejection }
            && rejection != CommitRejection.Unavailable
            ? committing
            : FollowAsync(p, commit, committing, ct);
    }

    public async IAsyncEnumerable<KvChange> WatchAsync(
        PartitionId p,
        Revision after,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        var place = new WatchPlace(after);
        while (true)
        {
            await foreach (var change in remote.WatchAsync(p, place, ct))
            {
                yield return change;
            }

            await gate.EnterAsync(p, ct);
            place.Restart();
            if (!homes.IsLocal(p))
            {
                continue;
            }

            // Ends when the partition has gone elsewhere.
            await foreach (var change in inner.WatchAsync(p, place.After, ct))
            {
                if (place.Take(change))
                {
                    yield return change;
                }
            }

            ct.ThrowIfCancellationRequested();
        }
    }

    public ValueTask<IReadSnapshot> SnapshotAsync(
        PartitionId p,
        ReadOptions how,
        CancellationToken ct
    ) => homes.IsServed(p) ? inner.SnapshotAsync(p, how, ct) : SnapshotElsewhereAsync(p, how, ct);

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

    private async ValueTask<IReadSnapshot> SnapshotElsewhereAsync(
        PartitionId p,
        ReadOptions how,
        CancellationToken ct
    )
    {
        await gate.EnterAsync(p, ct);
        return await remote.SnapshotAsync(p, how, ct) as IReadSnapshot
            ?? await inner.SnapshotAsync(p, how, ct);
    }

    private async ValueTask<KvRead> GetElsewhereAsync(
        PartitionId p,
        KvKey key,
        ReadOptions how,
        IBufferWriter<byte> into,
        CancellationToken ct
    )
    {
        while (true)
        {
            await gate.EnterAsync(p, ct);
            if (homes.IsServed(p))
            {
                return await inner.GetAsync(p, key, how, into, ct);
            }

            if (await remote.GetAsync(p, key, how, into, ct) is { } read)
            {
                return read;
            }
        }
    }

    private async ValueTask<KvPage> ScanElsewhereAsync(
        PartitionId p,
        KvRange range,
        ReadOptions how,
        CancellationToken ct
    )
    {
        while (true)
        {
            await gate.EnterAsync(p, ct);
            if (homes.IsServed(p))
            {
                return await inner.ScanAsync(p, range, how, ct);
            }

            if (await remote.ScanAsync(p, range, how, ct) is { } page)
            {
                return page;
            }
        }
    }

    /// <summary>The engine refuses for itself what came while the partition began to move.</summary>
    private async ValueTask<CommitResult> FollowAsync(
        PartitionId p,
        Commit commit,
        ValueTask<CommitResult> committing,
        CancellationToken ct
    )
    {
        var result = await committing;
        return result.Rejection == CommitRejection.Unavailable
            ? await CommitElsewhereAsync(p, commit, ct)
            : result;
    }

    private async ValueTask<CommitResult> CommitElsewhereAsync(
        PartitionId p,
        Commit commit,
        CancellationToken ct
    )
    {
        // What a write sets off is matched here: by the version that is in service there.
        var version = commit.MutationCount > 0 ? versionOf(p.App) : "";
        for (var tries = 0; ; tries++)
        {
            if (!await gate.TryEnterAsync(p, ct))
            {
                return CommitResult.Rejected(CommitRejection.Unavailable, RoutingGate.Closed(p));
            }

            if (commit.Tenure is { IsOver: true })
            {
                // The events that it completes run elsewhere by now, or here anew.
                return CommitResult.Rejected(
                    CommitRejection.Unavailable,
                    $"{p} has moved since its event was begun; the event runs again."
                );
            }

            if (homes.IsServed(p))
            {
                var result = await inner.CommitAsync(p, commit, ct);
                if (result.Rejection != CommitRejection.Unavailable || tries == RefusalsMax)
                {
                    return result;
                }
            }
            else if (await remote.CommitAsync(p, commit, version, commit.IsRoot, ct) is { } result)
            {
                return result;
            }
        }
    }
}
