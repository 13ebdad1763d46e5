using System.Buffers;
using Waverless.Cluster.Moves;
using Waverless.Events;
using Waverless.Kv;
using Waverless.Maintenance;
using Waverless.Storage.Engine;
using Waverless.Storage.Keyspaces;

namespace Waverless.Storage;

/// <summary>
/// The storage engine of tests and simulations: the same rules, records and revisions as the
/// RocksDB engine, in memory. Everything happens on the caller's thread unless commits of several
/// threads meet in one partition. Thread-safe.
/// </summary>
/// <param name="limits">Bounds.</param>
/// <param name="disk">What outlives the engine, as a folder would; null for a new one.</param>
public sealed class MemoryStorageEngine(StorageLimits? limits = null, MemoryDisk? disk = null)
    : IStorageEngine,
        IStoreMaintenance,
        ITriggerPause,
        ITokenSecret,
        IPartitionTransfer,
        IDeferredWork
{
    private readonly StorageLimits _limits = limits ?? new StorageLimits();
    private readonly MemoryDisk _disk = disk ?? new MemoryDisk();
    private EngineCore? _core;

    /// <inheritdoc />
    public StorageCapabilities Capabilities =>
        StorageCapabilities.LocalReads | StorageCapabilities.Linearizable;

    /// <inheritdoc />
    public uint Incarnation => Core.Incarnation;

    /// <inheritdoc />
    public IReadOnlyCollection<PartitionId> Partitions => Core.Partitions;

    /// <inheritdoc />
    public ReadOnlyMemory<byte> TokenSecret => Core.TokenSecret;

    /// <inheritdoc />
    public bool TriggersPaused => Core.TriggersPaused;

    int IDeferredWork.Watches => Core.Watches;

    DeferredCounts IDeferredWork.DeferredIn(PartitionId partition) => Core.DeferredIn(partition);

    private EngineCore Core =>
        _core ?? throw new InvalidOperationException("The storage engine was not opened.");

    /// <inheritdoc />
    public ValueTask OpenAsync(ICommitListener listener, TimeProvider time, CancellationToken ct)
    {
        var keyspace = new MemoryKeyspace(_disk.Volume);
        _core = new EngineCore(
            new EngineContext
            {
                Keyspace = keyspace,
                Limits = _limits,
                Listener = listener,
                Time = time,
                Incarnation = StoreHeader.Open(keyspace, "the memory disk"),
                Sync = false,
                Background = static work => work(),
            }
        );
        return default;
    }

    /// <inheritdoc />
    public ValueTask<KvRead> GetAsync(
        PartitionId p,
        KvKey key,
        ReadOptions how,
        IBufferWriter<byte> into,
        CancellationToken ct
    ) => Core.GetAsync(p, key, how, into, ct);

    /// <inheritdoc />
    public ValueTask<KvPage> ScanAsync(
        PartitionId p,
        KvRange range,
        ReadOptions how,
        CancellationToken ct
    ) => Core.ScanAsync(p, range, how, ct);

    /// <inheritdoc />
    public ValueTask<IReadSnapshot> SnapshotAsync(
        PartitionId p,
        ReadOptions how,
        CancellationToken ct
    ) => Core.SnapshotAsync(p, how, ct);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<ExpiringKey>> ReadExpiringAsync(
        PartitionId p,
        long fromMs,
        long untilMs,
        int limit,
        CancellationToken ct
    ) => Core.ReadExpiringAsync(p, fromMs, untilMs, limit);

    /// <inheritdoc />
    public ValueTask<CommitResult> CommitAsync(
        PartitionId p,
        Commit commit,
        CancellationToken ct
    ) => Core.CommitAsync(p, commit, ct);

    /// <inheritdoc />
    public IAsyncEnumerable<KvChange> WatchAsync(
        PartitionId p,
        Revision after,
        CancellationToken ct
    ) => Core.WatchAsync(p, after, ct);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<StoredEvent>> ReadEventsAsync(
        PartitionId p,
        EventQuery query,
        EventPosition after,
        int limit,
        CancellationToken ct
    ) => Core.ReadEventsAsync(p, query, after, limit);

    /// <inheritdoc />
    public ValueTask<IReadOnlyList<string>> ReadEventFunctionsAsync(
        PartitionId p,
        EventState state,
        CancellationToken ct
    ) => Core.ReadEventFunctionsAsync(p, state);

    /// <inheritdoc />
    public ValueTask SetTriggersPausedAsync(bool paused, CancellationToken ct) =>
        Core.SetTriggersPausedAsync(paused);

    IReadOnlyCollection<int> IPartitionTransfer.Fenced => Core.Fenced;

    Task IPartitionTransfer.FenceAsync(int shard) => Core.FenceAsync(shard);

    void IPartitionTransfer.Unfence(int shard) => Core.Unfence(shard);

    IPartitionExport IPartitionTransfer.Export(PartitionId p) => Core.Export(p);

    IPartitionImport IPartitionTransfer.Import(PartitionId p, uint incarnation) =>
        Core.Import(p, incarnation);

    void IPartitionTransfer.Delete(PartitionId p) => Core.Delete(p);

    byte[]? IPartitionTransfer.Recall() => Core.Recall();

    void IPartitionTransfer.Remember(ReadOnlySpan<byte> note) => Core.Remember(note);

    /// <inheritdoc />
    public Task<BackupReport> BackupAsync(string folder, CancellationToken ct = default) =>
        throw new StorageException(
            StorageError.Unsupported,
            "storage: the memory engine keeps nothing on disk; use the RocksDB engine for backups"
        );

    /// <inheritdoc />
    public Task<IntegrityReport> VerifyAsync(CancellationToken ct = default) =>
        Core.VerifyAsync(static () => { }, ct);

    /// <inheritdoc />
    public Task<StoreStatistics> GetStatisticsAsync(CancellationToken ct = default) =>
        Core.GetStatisticsAsync(null, ct);

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _core?.CloseAsync() ?? default;
}
