using Waverless.Apps;
using Waverless.Diagnostics;
using Waverless.Events;
using Waverless.Kv.Messages;
using Waverless.Scheduling;
using Waverless.Scheduling.Characters;
using Waverless.Timers;

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
    CascadeRegistry cascades,
    KvLimits limits,
    TimeSpan retention,
    TimeProvider time,
    AppQuota? quota = null,
    TransactionMetrics? metrics = null,
    DeferredBounds? deferred = null
)
{
    private readonly DeferredBounds _deferred = deferred ?? new DeferredBounds();

    public KvLimits Limits => limits;

    /// <summary>Keys that may have blobs.</summary>
    public BlobOwners Blobs { get; } = new();

    /// <summary>Called when a key that may have a blob was written.</summary>
    public Action<PartitionId> CollectBlobs { get; set; } = static _ => { };

    /// <summary>How long idempotency keys are remembered.</summary>
    public TimeSpan Retention => retention;

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
        var committing = CommitUnwatchedAsync(app, home, commit, origin, ct);
        return metrics is null ? committing : metrics.Watch(app, committing);
    }

    private ValueTask<CommitResult> CommitUnwatchedAsync(
        string app,
        PartitionId? home,
        Commit commit,
        in CommitOrigin origin,
        CancellationToken ct
    )
    {
        var snapshot = catalog.Current;
        if (Check(app, home, commit, origin, out var partition) is { } refused)
        {
            return new ValueTask<CommitResult>(refused);
        }

        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        var delayed = 0;
        var refusal =
            AddEvents(app, partition, commit, origin, nowMs)
            ?? AddMessages(snapshot, app, partition, commit, origin, nowMs, out delayed)
            ?? AddTimers(app, origin.Timers, commit);
        if (refusal is { } overloaded)
        {
            return new ValueTask<CommitResult>(overloaded);
        }

        AddQuota(commit, snapshot, app);
        if (delayed > 0 || TimerChange.IsIn(commit))
        {
            commit.DeferredMax(_deferred.For(origin.IsRoot), isReserve: !origin.IsRoot);
        }

        commit.Stamp(default, Math.Max(nowMs, commit.StoreTimeMs), snapshot.Version);
        commit.IsRoot = origin.IsRoot;
        var rides = HasRoomToSpare(commit, origin);
        origin.Guard?.AppendTo(commit, partition);
        var finished = rides ? completions.TakeInto(commit, partition) : null;
        var touched = Blobs.AreTouchedBy(commit, partition) ? partition : default(PartitionId?);
        var committing = engine.CommitAsync(partition, commit, ct);
        if (delayed > 0 || touched is not null)
        {
            return FollowAsync(committing, finished, touched, origin.Cascade, delayed);
        }

        return finished is null ? committing : SettleAsync(committing, finished);
    }

    /// <summary>
    /// Commits for another node, which has checked it and matched what it sets off. Store time is
    /// this node's, whatever clock the other has.
    /// </summary>
    public ValueTask<CommitResult> CommitForwardedAsync(
        PartitionId partition,
        Commit commit,
        bool isRoot,
        CancellationToken ct
    )
    {
        if (commit.EventCount > 0 && backlog.Refusal(partition.App, isRoot) is { } overloaded)
        {
            return new ValueTask<CommitResult>(overloaded);
        }

        commit.Restamp(time.GetUtcNow().ToUnixTimeMilliseconds());
        var finished = commit.ConditionCount == 0 ? completions.TakeInto(commit, partition) : null;
        var touched = Blobs.AreTouchedBy(commit, partition) ? partition : default(PartitionId?);
        var committing = engine.CommitAsync(partition, commit, ct);
        return FollowAsync(committing, finished, touched, default, delayed: 0);
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

    private async ValueTask<CommitResult> FollowAsync(
        ValueTask<CommitResult> committing,
        ICompletions? finished,
        PartitionId? touched,
        CascadeRef cascade,
        int delayed
    )
    {
        var result = finished is null ? await committing : await SettleAsync(committing, finished);
        if (result.IsCommitted && delayed > 0)
        {
            cascades.Deferred(cascade, delayed);
        }

        if (touched is { } partition)
        {
            CollectBlobs(partition);
        }

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
    /// Adds the timers of a batch to the commit that holds its operations; or says why it cannot.
    /// </summary>
    public CommitResult? AddTimers(string app, IReadOnlyList<TimerChange>? timers, Commit commit)
    {
        if (timers is not { Count: > 0 })
        {
            return null;
        }

        if (timers.Count > TimerLimits.TimersPerBatchMax)
        {
            return KvRefusal.Timers(timers.Count);
        }

        var nowMs = time.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var change in timers)
        {
            if (change.Refusal(catalog.Current, app) is { } refused)
            {
                return refused;
            }

            change.AppendTo(commit, nowMs);
        }

        return null;
    }

    /// <summary>
    /// Whether completions may ride along: not where they would share the fate of a condition that
    /// may well fail, or push a legal batch over the engine's limits.
    /// </summary>
    private bool HasRoomToSpare(Commit commit, in CommitOrigin origin) =>
        (commit.ConditionCount == 0 || origin.IsTransaction)
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

    /// <summary>
    /// The partition that a batch of host code commits in: that of its keys; of a batch with
    /// nothing but messages, that of the first one, so that it goes straight into its inbox.
    /// </summary>
    public PartitionId HomeOf(
        string app,
        Commit commit,
        IReadOnlyList<Message>? messages,
        IReadOnlyList<TimerChange>? timers
    )
    {
        var reader = commit.Read();
        while (reader.TryRead(out var operation))
        {
            if (operation.IsOfData)
            {
                return PartitionOf(app, operation.Key);
            }
        }

        return messages is [var first, ..] && timers is not { Count: > 0 }
            ? MessageAppender.HomeOf(catalog.Current, app, first)
            : new PartitionId(app, 0);
    }

    private CommitResult? Check(
        string app,
        PartitionId? home,
        Commit commit,
        in CommitOrigin origin,
        out PartitionId partition
    )
    {
        partition = home ?? default;
        var known = home is not null;
        var reader = commit.Read();
        while (reader.TryRead(out var operation))
        {
            // What expires was taken in once, maybe under other limits and partitions.
            var isPlatforms = operation.Area == KeyArea.System || operation.Tag == CommitTag.Expire;
            if (!operation.Tag.HasArea() || isPlatforms)
            {
                continue;
            }

            if (CheckSizes(operation) is { } tooLarge)
            {
                return tooLarge;
            }

            // A range lies in the partition that was read, wherever its first key would lie.
            if (operation.Tag == CommitTag.RequireRangeUnchanged)
            {
                continue;
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
            partition = HomeOf(app, commit, origin.Messages, origin.Timers);
        }

        var operations = commit.ConditionCount + commit.MutationCount - commit.SystemCount;
        return operations > limits.BatchOperationsMax || commit.EncodedBytes > limits.BatchBytesMax
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

    private CommitResult? AddMessages(
        CatalogSnapshot snapshot,
        string app,
        PartitionId partition,
        Commit commit,
        in CommitOrigin origin,
        long nowMs,
        out int delayed
    )
    {
        delayed = 0;
        if (origin.Messages is not { Count: > 0 } messages)
        {
            return null;
        }

        if (messages.Count > MessageLimits.MessagesMax)
        {
            return KvRefusal.Messages(messages.Count);
        }

        foreach (var message in messages)
        {
            if (MessageRefusal.Of(snapshot, app, origin.Function, message) is { } refused)
            {
                return refused.ToResult();
            }

            var overloaded =
                backlog.Refusal(message.Resolve(app).App, origin.IsRoot)
                ?? RefusalOfDelayed(snapshot, app, partition, message, origin.IsRoot);
            if (overloaded is not null)
            {
                return overloaded;
            }
        }

        delayed = new MessageAppender(
            snapshot,
            app,
            partition,
            commit,
            completions,
            origin,
            nowMs,
            retention
        ).Append(messages);
        if (origin.Function?.Profile is { } profile)
        {
            foreach (var message in messages)
            {
                var target = message.Resolve(app);
                profile.SetOff(
                    CharacterTable.HashOf(target),
                    FrozenHash.Of(target.App),
                    origin.AfterMicros
                );
            }
        }

        return null;
    }

    /// <summary>
    /// Where a message is at home elsewhere, its own commit does not see the bound: it is looked
    /// at here, and what comes in all the same ends with the reserve.
    /// </summary>
    private CommitResult? RefusalOfDelayed(
        CatalogSnapshot snapshot,
        string app,
        PartitionId partition,
        Message message,
        bool isRoot
    )
    {
        if (message.Options.Delay <= TimeSpan.Zero || engine is not IDeferredWork work)
        {
            return null;
        }

        var home = MessageAppender.HomeOf(snapshot, app, message);
        if (home == partition)
        {
            return null;
        }

        var max = _deferred.For(isRoot).Messages;
        return work.DeferredIn(home).Messages >= max
            ? KvRefusal.Delayed(home, max, isReserve: !isRoot)
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
