using System.Buffers;
using Waverless.Cluster.Moves;
using Waverless.Events;
using Waverless.Kv;
using Waverless.Maintenance;
using Waverless.Storage.Backups;
using Waverless.Storage.Diagnostics;
using Waverless.Storage.Engine;
using Waverless.Storage.Keyspaces;
using Waverless.Storage.Native;

namespace Waverless.Storage;

/// <summary>
/// The storage engine of a node: one RocksDB database in a folder, every commit one atomic batch,
/// decided in order per partition. Commits of <see cref="StorageDurability.Process"/> and reads
/// complete synchronously when nobody is ahead. Thread-safe.
/// </summary>
/// <param name="options">Where and how to keep the data.</param>
public sealed class RocksDbStorageEngine(RocksDbStorageOptions options)
    : IStorageEngine,
        IStoreMaintenance,
        ITriggerPause,
        ITokenSecret,
        IPartitionTransfer,
        IDeferredWork
{
    private RocksDatabase? _database;
    private EngineBackup? _backup;
    private EngineCore? _core;

    /// <inheritdoc />
    public StorageCapabilities Capabilities =>
        StorageCapabilities.SurvivesProcess
        | StorageCapabilities.LocalReads
        | StorageCapabilities.Linearizable
        | StorageCapabilities.Backup
        | (
            options.Durability == StorageDurability.Disk
                ? StorageCapabilities.SurvivesPowerLoss
                : StorageCapabilities.None
        );

    /// <summary>Whether writes are taken.</summary>
    public StorageHealth Health => Core.Health;

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
        var database = _database = RocksFolder.Open(options);
        try
        {
            var keyspace = new RocksKeyspace(
                database,
                options.Folder,
                new DiskGuard(
                    options.DiskReserveBytes ?? DiskRoom.Reserve(options),
                    () => DiskRoom.FreeBytes(options.Folder)
                )
            );
            _backup = new EngineBackup(database, options.Folder, time);
            var metrics = options.Meters is { } meters ? new StorageMetrics(meters, time) : null;
            var core = _core = new EngineCore(
                new EngineContext
                {
                    Keyspace = keyspace,
                    Limits = options.Limits,
                    Listener = listener,
                    Time = time,
                    // A node with a full disk is opened to be read.
                    Incarnation = StoreHeader.Open(
                        new RocksKeyspace(database, options.Folder),
                        options.Folder
                    ),
                    Metrics = metrics,
                    Logger = options.Logger,
                    Sync = options.Durability == StorageDurability.Disk,
                    Background = static work =>
                        ThreadPool.UnsafeQueueUserWorkItem(
                            static w => w(),
                            work,
                            preferLocal: false
                        ),
                }
            );
            metrics?.Observe(keyspace, () => core.Health, options.Folder);
        }
        catch
        {
            database.Dispose();
            throw;
        }

        return default;
    }

    /// <summary>
    /// Makes a consistent copy of all partitions in a new folder, by hard links where the file
    /// system has them; a copy opens like any data folder.
    /// </summary>
    /// <param name="folder">The folder to create; its parent must exist.</param>
    public void Checkpoint(string folder)
    {
        try
        {
            (
                _database
                ?? throw new InvalidOperationException("The storage engine was not opened.")
            ).Checkpoint(folder);
        }
        catch (RocksDbException e)
        {
            throw new StorageException(
                StorageError.Failed,
                $"storage: a checkpoint in {folder} failed: {e.Message}",
                e
            );
        }
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
        BackupAsync(folder, [], ct);

    /// <inheritdoc />
    public Task<IntegrityReport> VerifyAsync(CancellationToken ct = default) =>
        Core.VerifyAsync(_database!.VerifyChecksums, ct);

    /// <inheritdoc />
    public Task<StoreStatistics> GetStatisticsAsync(CancellationToken ct = default) =>
        Core.GetStatisticsAsync(options.Folder, ct);

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (_core is not null)
        {
            await _core.CloseAsync();
        }

        _backup?.Dispose();
    }

    /// <summary>Makes a backup that also holds folders that belong beside the store.</summary>
    internal Task<BackupReport> BackupAsync(
        string folder,
        IReadOnlyList<(string Part, string Source)> beside,
        CancellationToken ct
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return (
            _backup ?? throw new InvalidOperationException("The storage engine was not opened.")
        ).RunAsync(folder, beside, ct);
    }
}
