using System.Buffers;
using System.Runtime.CompilerServices;
using Waverless.Cluster.Moves;
using Waverless.Events;
using Waverless.Kv;
using Waverless.Maintenance;
using Waverless.Storage.Integrity;
using Waverless.Storage.Keyspaces;
using Waverless.Storage.Moves;

namespace Waverless.Storage.Engine;

/// <summary>An opened engine over a key space: what the public engines have in common.</summary>
internal sealed class EngineCore
{
    /// <summary>How long closing waits for reads that still run.</summary>
    private static readonly TimeSpan CloseWaitMax = TimeSpan.FromSeconds(5);

    private readonly EngineContext _context;
    private readonly PartitionDirectory _directory;
    private readonly Lock _secretGate = new();
    private byte[]? _secret;
    private int _watches;
    private volatile bool _closed;

    /// <summary>Opens the partitions of a key space.</summary>
    public EngineCore(EngineContext context)
    {
        _context = context;
        context.TriggersPaused = NodeRecord.Exists(context.Keyspace, NodeRecord.TriggersPaused);
        _directory = new PartitionDirectory(context);
        _directory.Load();
    }

    /// <summary>Whether writes are taken.</summary>
    public StorageHealth Health => _context.Health;

    /// <summary>Life of the data.</summary>
    public uint Incarnation => _context.Incarnation;

    /// <summary>Whether no event may be begun.</summary>
    public bool TriggersPaused => _context.TriggersPaused;

    /// <summary>See <see cref="ITokenSecret.TokenSecret"/>.</summary>
    public ReadOnlyMemory<byte> TokenSecret
    {
        get
        {
            lock (_secretGate)
            {
                return _secret ??= NodeRecord.Secret(_context.Keyspace);
            }
        }
    }

    /// <summary>Partitions that hold or held anything.</summary>
    public IReadOnlyCollection<PartitionId> Partitions => _directory.Ids;

    /// <summary>See <see cref="IDeferredWork.Watches"/>.</summary>
    public int Watches => Volatile.Read(ref _watches);

    /// <summary>See <see cref="IDeferredWork.DeferredIn"/>.</summary>
    public DeferredCounts DeferredIn(PartitionId p) =>
        _directory.Find(p)?.Progress.Deferred ?? default;

    /// <summary>See <see cref="IStorageEngine.GetAsync"/>.</summary>
    public ValueTask<KvRead> GetAsync(
        PartitionId p,
        KvKey key,
        ReadOptions how,
        IBufferWriter<byte> into,
        CancellationToken ct
    )
    {
        var partition = _directory.Find(p);
        if (_closed || partition is null || partition.Progress.Last < how.AtLeast)
        {
            return GetLaterAsync(p, key, how, into, ct);
        }

        return new(Get(partition, key, how, into));
    }

    /// <summary>See <see cref="IStorageEngine.ScanAsync"/>.</summary>
    public async ValueTask<KvPage> ScanAsync(
        PartitionId p,
        KvRange range,
        ReadOptions how,
        CancellationToken ct
    )
    {
        ThrowIfClosed();
        return await ReachAsync(p, how, ct) is { } partition
            ? RangeReader.Scan(
                _context.Keyspace,
                partition.Keys,
                how.Area,
                range,
                ReadTime.Of(_context, partition),
                _context.Limits.Kv
            )
            : new KvPage([], null);
    }

    /// <summary>See <see cref="IStorageEngine.SnapshotAsync"/>.</summary>
    public async ValueTask<IReadSnapshot> SnapshotAsync(
        PartitionId p,
        ReadOptions how,
        CancellationToken ct
    )
    {
        ThrowIfClosed();
        if (await ReachAsync(p, how, ct) is not { } partition)
        {
            return new EmptySnapshot();
        }

        // In this order: the state may be newer than the number, never older.
        var number = partition.Progress.Last;
        var time = ReadTime.Of(_context, partition).Frozen();
        var view = _context.Keyspace.OpenSnapshot();
        return new ReadSnapshot(view, partition.Keys, number, time, _context.Limits.Kv);
    }

    /// <summary>See <see cref="IStorageEngine.ReadExpiringAsync"/>.</summary>
    public ValueTask<IReadOnlyList<ExpiringKey>> ReadExpiringAsync(
        PartitionId p,
        long fromMs,
        long untilMs,
        int limit
    )
    {
        ThrowIfClosed();
        return _directory.Find(p) is { } partition
            ? new(DeadlineReader.Read(_context.Keyspace, partition.Keys, fromMs, untilMs, limit))
            : new((IReadOnlyList<ExpiringKey>)[]);
    }

    /// <summary>See <see cref="IStorageEngine.CommitAsync"/>.</summary>
    public ValueTask<CommitResult> CommitAsync(PartitionId p, Commit commit, CancellationToken ct)
    {
        var partition = _directory.Open(p, out var refusal);
        return partition is null ? new(refusal) : partition.Sequencer.CommitAsync(commit, ct);
    }

    /// <summary>See <see cref="IStorageEngine.WatchAsync"/>.</summary>
    public async IAsyncEnumerable<KvChange> WatchAsync(
        PartitionId p,
        Revision after,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        ThrowIfClosed();
        var partition =
            _directory.Open(p, out var refusal)
            ?? throw new StorageException(StorageError.Failed, refusal.Reason ?? "storage: failed");
        var feed = new ChangeFeed(_context, partition);
        Interlocked.Increment(ref _watches);
        try
        {
            await foreach (var change in feed.WatchAsync(after, () => _closed, ct))
            {
                yield return change;
            }
        }
        finally
        {
            Interlocked.Decrement(ref _watches);
        }

        ThrowIfClosed();
    }

    /// <summary>See <see cref="IStorageEngine.ReadEventsAsync"/>.</summary>
    public ValueTask<IReadOnlyList<StoredEvent>> ReadEventsAsync(
        PartitionId p,
        EventQuery query,
        EventPosition after,
        int limit
    )
    {
        ThrowIfClosed();
        return _directory.Find(p) is { } partition
            ? new(new EventReader(_context.Keyspace, partition.Keys).Read(query, after, limit))
            : new((IReadOnlyList<StoredEvent>)[]);
    }

    /// <summary>See <see cref="IStorageEngine.ReadEventFunctionsAsync"/>.</summary>
    public ValueTask<IReadOnlyList<string>> ReadEventFunctionsAsync(PartitionId p, EventState state)
    {
        ThrowIfClosed();
        return _directory.Find(p) is { } partition
            ? new(new EventReader(_context.Keyspace, partition.Keys).Functions(state))
            : new((IReadOnlyList<string>)[]);
    }

    /// <summary>See <see cref="ITriggerPause.SetTriggersPausedAsync"/>.</summary>
    public ValueTask SetTriggersPausedAsync(bool paused)
    {
        ThrowIfClosed();
        NodeRecord.SetMark(_context.Keyspace, NodeRecord.TriggersPaused, paused);
        _context.TriggersPaused = paused;
        return default;
    }

    /// <summary>See <see cref="IPartitionTransfer.Fenced"/>.</summary>
    public IReadOnlyCollection<int> Fenced => _directory.Fenced;

    /// <summary>See <see cref="IPartitionTransfer.FenceAsync"/>.</summary>
    public Task FenceAsync(int shard)
    {
        ThrowIfClosed();
        return _directory.FenceAsync(shard);
    }

    /// <summary>See <see cref="IPartitionTransfer.Unfence"/>.</summary>
    public void Unfence(int shard)
    {
        ThrowIfClosed();
        _directory.Unfence(shard);
    }

    /// <summary>See <see cref="IPartitionTransfer.Export"/>.</summary>
    public IPartitionExport Export(PartitionId p)
    {
        ThrowIfClosed();
        return new PartitionExport(
            _context.Keyspace,
            _directory.Find(p)
                ?? throw new StorageException(StorageError.Failed, $"storage: there is no {p}")
        );
    }

    /// <summary>See <see cref="IPartitionTransfer.Import"/>.</summary>
    public IPartitionImport Import(PartitionId p, uint incarnation)
    {
        ThrowIfClosed();
        return _directory.Import(p, incarnation);
    }

    /// <summary>See <see cref="IPartitionTransfer.Delete"/>.</summary>
    public void Delete(PartitionId p)
    {
        ThrowIfClosed();
        _directory.Delete(p);
    }

    /// <summary>See <see cref="IPartitionTransfer.Recall"/>.</summary>
    public byte[]? Recall()
    {
        ThrowIfClosed();
        return NodeRecord.Read(_context.Keyspace, NodeRecord.Note);
    }

    /// <summary>See <see cref="IPartitionTransfer.Remember"/>.</summary>
    public void Remember(ReadOnlySpan<byte> note)
    {
        ThrowIfClosed();
        var batch = new RecordBatch();
        NodeRecord.Put(batch, NodeRecord.Note, note);
        _context.Demand(batch, sync: true);
    }

    /// <summary>See <see cref="IStoreMaintenance.VerifyAsync"/>.</summary>
    public Task<IntegrityReport> VerifyAsync(Action verifyFiles, CancellationToken ct)
    {
        ThrowIfClosed();
        return Task.Run(() => new IntegrityCheck(_context.Keyspace, verifyFiles).Run(ct), ct);
    }

    /// <summary>See <see cref="IStoreMaintenance.GetStatisticsAsync"/>.</summary>
    public Task<StoreStatistics> GetStatisticsAsync(string? folder, CancellationToken ct)
    {
        ThrowIfClosed();
        return Task.Run(() => StoreSizes.Read(_context.Keyspace, _directory.All, folder, ct), ct);
    }

    /// <summary>Finishes the commits that were taken, ends watches, closes the key space.</summary>
    public async ValueTask CloseAsync()
    {
        _closed = true;
        await _directory.CloseAsync();
        await _context.Work.WaitAsync();
        _context.Keyspace.Dispose();
        try
        {
            // Whoever opens the folder next must find its lock free.
            await _context.Keyspace.Closed.WaitAsync(CloseWaitMax);
        }
        catch (TimeoutException)
        {
            // Somebody keeps a snapshot open; the files are released when it is let go.
        }
    }

    private KvRead Get(Partition partition, KvKey key, ReadOptions how, IBufferWriter<byte> into) =>
        ValueReader.Get(
            _context.Keyspace,
            partition.Keys,
            how.Area,
            key.Span,
            ReadTime.Of(_context, partition),
            into
        );

    private async ValueTask<KvRead> GetLaterAsync(
        PartitionId p,
        KvKey key,
        ReadOptions how,
        IBufferWriter<byte> into,
        CancellationToken ct
    )
    {
        ThrowIfClosed();
        return await ReachAsync(p, how, ct) is { } partition
            ? Get(partition, key, how, into)
            : KvRead.Absent;
    }

    /// <summary>The partition once it has reached a revision; null if it does not exist.</summary>
    private async ValueTask<Partition?> ReachAsync(
        PartitionId p,
        ReadOptions how,
        CancellationToken ct
    )
    {
        var partition = _directory.Find(p);
        if (how.AtLeast == 0)
        {
            return partition;
        }

        partition ??=
            _directory.Open(p, out var refusal)
            ?? throw new StorageException(StorageError.Failed, refusal.Reason ?? "storage: failed");
        while (partition.Progress.Last < how.AtLeast)
        {
            await partition.Progress.WaitAboveAsync(how.AtLeast - 1, ct);
            ThrowIfClosed();
        }

        return partition;
    }

    private void ThrowIfClosed()
    {
        if (_closed)
        {
            throw new StorageException(StorageError.Closed, "storage: the engine is closed");
        }
    }
}
