using System.Buffers;
using Waverless.Concurrency;
using Waverless.Events;
using Waverless.Invocations;
using Waverless.Invocations.Idempotency;
using Waverless.Locks;

namespace Waverless.Kv;

/// <summary>The keys of one app for code of the host.</summary>
internal sealed class AppKvStore(
    string app,
    FrontDoor door,
    LockLeases locks,
    BlobStore blobs,
    Task ready
) : IKvStore
{
    public string App => app;

    public ValueTask<KvRead> GetAsync(
        KvKey key,
        IBufferWriter<byte> into,
        CancellationToken ct = default
    ) =>
        ready.IsCompletedSuccessfully
            ? door.Engine.GetAsync(door.PartitionOf(app, key.Span), key, default, into, ct)
            : GetWhenReadyAsync(key, into, ct);

    public async ValueTask<KvPage> ScanAsync(
        KvRange range,
        int partition = 0,
        CancellationToken ct = default
    )
    {
        await ready.OrCancelledAsync(ct);
        return await door.Engine.ScanAsync(new PartitionId(app, partition), range, default, ct);
    }

    public async ValueTask<KvScanPage> ScanAsync(KvScan scan, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(scan);
        ArgumentOutOfRangeException.ThrowIfLessThan(scan.Range.Limit, 1);
        await ready.OrCancelledAsync(ct);
        var partition = new PartitionId(app, scan.Partition);
        var tokens = await TokensAsync(partition, ct);
        var range = scan.Continuation is { } text
            ? tokens.Open(scan.Range, text, door.Limits.KeyBytesMax)
            : scan.Range;
        var page = await door.Engine.ScanAsync(partition, range, default, ct);
        return new KvScanPage(
            page.Entries,
            page.Next is null ? null : tokens.Seal(scan.Range, page.Entries[^1].Key)
        );
    }

    private async ValueTask<ScanToken> TokensAsync(PartitionId partition, CancellationToken ct)
    {
        var engine = door.Engine;
        var secret =
            (engine as ITokenSecret)?.TokenSecret
            ?? throw new StorageException(
                StorageError.Unsupported,
                $"scan: {engine.GetType().Name} has no secret for continuation tokens"
            );
        return new ScanToken(secret, engine.Incarnation, partition)
        {
            Shared = engine is ISharedTokenSecret shared
                ? await shared.SharedTokenSecretAsync(ct)
                : null,
        };
    }

    public ValueTask<CommitResult> CommitAsync(KvBatch batch, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(batch);
        return ready.IsCompletedSuccessfully ? Commit(batch, ct) : CommitWhenReadyAsync(batch, ct);
    }

    public async ValueTask<KvBlobWriter> OpenBlobWriteAsync(
        KvKey key,
        CancellationToken ct = default
    )
    {
        await ready.OrCancelledAsync(ct);
        return blobs.OpenWrite(door.PartitionOf(app, key.Span), key);
    }

    public async ValueTask<KvBlobReader?> OpenBlobReadAsync(
        KvKey key,
        CancellationToken ct = default
    )
    {
        await ready.OrCancelledAsync(ct);
        return await blobs.OpenReadAsync(door.PartitionOf(app, key.Span), key, ct);
    }

    public ValueTask<KvLock> LockAsync(
        KvKey key,
        LockMode mode = LockMode.Write,
        TimeSpan? lease = null,
        CancellationToken ct = default
    )
    {
        if (lease is { } span)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(span, TimeSpan.FromMilliseconds(1));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(span, TimeSpan.FromHours(24));
        }

        return AcquireAsync(key, mode, lease, ct);
    }

    public async IAsyncEnumerable<KvChange> WatchAsync(
        Revision after = default,
        int partition = 0,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct = default
    )
    {
        await ready.OrCancelledAsync(ct);
        var watched = door.Engine.WatchAsync(new PartitionId(app, partition), after, ct);
        await foreach (var change in watched.WithCancellation(ct))
        {
            yield return change;
        }
    }

    private async ValueTask<KvLock> AcquireAsync(
        KvKey key,
        LockMode mode,
        TimeSpan? lease,
        CancellationToken ct
    )
    {
        await ready.OrCancelledAsync(ct);
        var name = new LockName(door.PartitionOf(app, key.Span), new KvKey(key.Span.ToArray()));
        while (true)
        {
            var holder = locks.Request(name, mode, lease);
            try
            {
                await locks.WaitAsync(holder, ct);
                await locks.RecordAsync(holder);
                return new KvLock(locks, holder);
            }
            catch (InvocationRefusedException moved)
                when (moved.Status == InvocationStatus.LockLost)
            {
                // The key went to another node in that moment.
            }
        }
    }

    private ValueTask<CommitResult> Commit(KvBatch batch, CancellationToken ct)
    {
        var activity = System.Diagnostics.Activity.Current;
        var trace = activity is null ? default : TraceRef.From(activity.Context);
        var origin = new CommitOrigin(null, default, trace)
        {
            Messages = batch.Messages,
            Timers = batch.Timers,
        };
        if (batch.IdempotencyKey is not null)
        {
            return IdempotentBatch.CommitAsync(door, app, batch, origin, ct);
        }

        var operations = batch.Commit.Mark();
        var committing = door.CommitAsync(app, null, batch.Commit, origin, ct);
        if (committing.IsCompleted)
        {
            batch.Commit.ResetTo(operations);
            return committing;
        }

        return ResetAfterAsync(committing, batch, operations);
    }

    private static async ValueTask<CommitResult> ResetAfterAsync(
        ValueTask<CommitResult> committing,
        KvBatch batch,
        CommitMark operations
    )
    {
        var result = await committing;
        batch.Commit.ResetTo(operations);
        return result;
    }

    private async ValueTask<KvRead> GetWhenReadyAsync(
        KvKey key,
        IBufferWriter<byte> into,
        CancellationToken ct
    )
    {
        await ready.OrCancelledAsync(ct);
        return await GetAsync(key, into, ct);
    }

    private async ValueTask<CommitResult> CommitWhenReadyAsync(KvBatch batch, CancellationToken ct)
    {
        await ready.OrCancelledAsync(ct);
        return await Commit(batch, ct);
    }
}
