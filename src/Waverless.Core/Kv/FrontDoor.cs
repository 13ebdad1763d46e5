using Waverless.Apps;
using Waverless.Events;

namespace Waverless.Kv;

/// <summary>
/// The one way to the store for functions and host code: checks sizes, partition and backlog,
/// matches the triggers of every written key, and commits data, events and finished events
/// together. Capabilities are checked before, by the invocation's host.
/// </summary>
internal sealed class FrontDoor(
    IStorageEngine engine,
    AppCatalog catalog,
    Backlog backlog,
    ICompletionSource completions,
    KvLimits limits,
    TimeProvider time,
    AppQuota? quota = null
)
{
    public KvLimits Limits => limits;

    /// <summary>Keys that may have blobs.</summary>
    public BlobOwners Blobs { get; } = new();

    /// <summary>Called when a key that may have a blob was written.</summary>
    public Action<PartitionId> CollectBlobs { get; set; } = static _ => { };

    public IStorageEngine Engine => engine;

    public CatalogSnapshot Catalog => catalog.Current;

    /// <summary>
    /// The partition of a key of an app; partition 0 for an app that is not deployed.
    /// </summary>
    public PartitionId PartitionOf(string app, ReadOnlySpan<byte> key) =>
        catalog.Current.Apps.TryGetValue(app, out var deployed)
            ? new PartitionId(app, deployed.Partitions.PartitionOf(key))
            : new PartitionId(app, 0);

    /// <summary>Where a key is that a function names, which may be another app's.</summary>
    public (PartitionId Partition, KvKey Key) Locate(string app, KvKey key)
    {
        if (!QualifiedKey.TrySplit(key.Span, out var other, out _) || other.IsEmpty)
        {
            return (PartitionOf(app, key.Span), key);
        }

        var local = new KvKey(key.Utf8[(other.Length + 2)..]);
        return (PartitionOf(System.Text.Encoding.UTF8.GetString(other), local.Span), local);
    }

    /// <summary>
    /// Commits the operations of <paramref name="commit"/>, to which this appends events and,
    /// where that is free, the completions of events that have already run.
    /// </summary>
    /// <param name="app">Whose keys they are.</param>
    /// <param name="home">Where completions in the commit belong; null if it has none.</param>
    /// <param name="commit">Conditions and mutations; spent afterwards.</param>
    /// <param name="origin">Who writes.</param>
    /// <param name="ct">Stops waiting for a turn.</param>
    public ValueTask<CommitResult> CommitAsync(
        string app,
        PartitionId? home,
        Commit commit,
        in CommitOrigin origin,
        CancellationToken ct
    )
    {
        if (Check(app, home, commit, out var partition) is { } refused)
        {
            return new ValueTask<CommitResult>(refused);
        }

        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        if (AddEvents(app, partition, commit, origin, nowMs) is { } overloaded)
        {
            return new ValueTask<CommitResult>(overloaded);
        }

        var snapshot = catalog.Current;
        AddQuota(commit, snapshot, app);
        commit.Stamp(default, nowMs, snapshot.Version);
        var finished = HasRoomToSpare(commit) ? completions.TakeInto(commit, partition) : null;
        var touchesBlob = Blobs.AreTouchedBy(commit, partition);
        var committing = engine.CommitAsync(partition, commit, ct);
        committing = finished is null ? committing : SettleAsync(committing, finished);
        return touchesBlob ? CollectAfterAsync(committing, partition) : committing;
    }

    /// <summary>Commits records of the platform's own.</summary>
    public ValueTask<CommitResult> CommitOwnAsync(
        PartitionId partition,
        Commit commit,
        CancellationToken ct
    )
    {
        var snapshot = catalog.Current;
        AddQuota(commit, snapshot, partition.App);
        commit.Stamp(default, time.GetUtcNow().ToUnixTimeMilliseconds(), snapshot.Version);
        return engine.CommitAsync(partition, commit, ct);
    }

    private async ValueTask<CommitResult> CollectAfterAsync(
        ValueTask<CommitResult> committing,
        PartitionId partition
    )
    {
        var result = await committing;
        CollectBlobs(partition);
        return result;
    }

    /// <summary>What one partition of an app may keep; null: there is no bound.</summary>
    public AppQuota? QuotaOf(CatalogSnapshot snapshot, string app) =>
        snapshot.Apps.TryGetValue(app, out var deployed)
            ? deployed.QuotaPerPartition ?? quota?.Share(deployed.Manifest.Partitions)
            : quota;

    private void AddQuota(Commit commit, CatalogSnapshot snapshot, string app)
    {
        if (commit.MutationCount > 0 && QuotaOf(snapshot, app) is { } allowed)
        {
            commit.Quota(
                (ulong)(allowed.Bytes ?? long.MaxValue),
                (ulong)(allowed.Keys ?? long.MaxValue)
            );
        }
    }

    /// <summary>
    /// Whether completions may ride along: not where they would share the fate of a condition, or
    /// push a legal batch over the engine's limits.
    /// </summary>
    private bool HasRoomToSpare(Commit commit) =>
        commit.ConditionCount == 0
        && commit.OperationCount <= limits.BatchOperationsMax / 2
        && commit.EncodedBytes <= limits.BatchBytesMax / 2;

    private static async ValueTask<CommitResult> SettleAsync(
        ValueTask<CommitResult> committing,
        ICompletions finished
    )
    {
        try
        {
            var result = await committing;
            finished.Settle(result.IsCommitted);
            return result;
        }
        catch
        {
            finished.Settle(committed: false);
            throw;
        }
    }

    private CommitResult? Check(
        string app,
        PartitionId? home,
        Commit commit,
        out PartitionId partition
    )
    {
        partition = home ?? default;
        var known = home is not null;
        var reader = commit.Read();
        while (reader.TryRead(out var operation))
        {
            if (!operation.Tag.HasArea() || operation.Area == KeyArea.System)
            {
                continue;
            }

            if (CheckSizes(operation) is { } tooLarge)
            {
                return tooLarge;
            }

            var owner = PartitionOf(app, operation.Key);
            if (known && owner != partition)
            {
                return KvRefusal.CrossPartition(partition, owner);
            }

            (partition, known) = (owner, true);
        }

        if (!known)
        {
            partition = new PartitionId(app, 0);
        }

        return
            commit.OperationCount > limits.BatchOperationsMax
            || commit.EncodedBytes > limits.BatchBytesMax
            ? KvRefusal.BatchSize(commit, limits)
            : null;
    }

    private CommitResult? CheckSizes(in CommitOperation operation)
    {
        var isRange = operation.Tag == CommitTag.RequireRangeUnchanged;
        if (!isRange && (uint)(operation.Key.Length - 1) >= (uint)limits.KeyBytesMax)
        {
            return KvRefusal.KeyLength(operation.Key, limits.KeyBytesMax);
        }

        return operation.Tag.IsPut() && operation.Value.Length > limits.ValueBytesMax
            ? KvRefusal.ValueLength(operation.Key, operation.Value.Length, limits.ValueBytesMax)
            : null;
    }

    private CommitResult? AddEvents(
        string app,
        PartitionId partition,
        Commit commit,
        in CommitOrigin origin,
        long nowMs
    )
    {
        var triggers = catalog.Current.TriggersOn(app);
        if (triggers.Count == 0 || commit.MutationCount == 0)
        {
            return null;
        }

        var before = commit.EventCount;
        new EventMatcher(triggers, partition, commit, completions, origin, nowMs).Run();
        return commit.EventCount == before ? null : backlog.Refusal(app, origin.IsRoot);
    }
}
