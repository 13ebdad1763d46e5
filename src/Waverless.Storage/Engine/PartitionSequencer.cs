using Waverless.Kv;

namespace Waverless.Storage.Engine;

/// <summary>
/// Gives the commits of one partition their turn. When nobody is ahead, the caller's thread does
/// the work and the call completes synchronously; otherwise the commit joins the next group, which
/// one thread decides and writes for all. Where commits are forced to the disk only a guest's thread
/// does the work itself: it can do nothing else meanwhile, others can. Thread-safe.
/// </summary>
internal sealed class PartitionSequencer(Partition partition, EngineContext context)
    : IThreadPoolWorkItem
{
    private readonly Lock _gate = new();
    private readonly Queue<PendingCommit> _queue = new();
    private readonly List<PendingCommit> _group = [];
    private bool _busy;
    private bool _closed;
    private bool _fenced;
    private TaskCompletionSource? _idle;

    /// <summary>Commits that wait for their turn.</summary>
    public int Pending
    {
        get
        {
            lock (_gate)
            {
                return _queue.Count;
            }
        }
    }

    /// <summary>Applies a commit in its turn.</summary>
    public ValueTask<CommitResult> CommitAsync(Commit commit, CancellationToken ct)
    {
        if (ct.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<CommitResult>(ct);
        }

        PendingCommit? pending = null;
        lock (_gate)
        {
            if (_closed)
            {
                return new(Closed());
            }

            if (_fenced)
            {
                return new(Fenced(partition.Id));
            }

            if (_busy || (context.Sync && commit.GuestThreads is null))
            {
                if (_queue.Count >= context.Limits.PendingCommitsMax)
                {
                    return new(Overloaded());
                }

                pending = new PendingCommit(commit, ct);
                _queue.Enqueue(pending);
                if (_busy)
                {
                    return pending.Task;
                }
            }

            _busy = true;
        }

        if (pending is null)
        {
            return new(CommitInline(commit));
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        return pending.Task;
    }

    /// <summary>Refuses new commits and waits until those that were taken are done.</summary>
    public Task CloseAsync()
    {
        lock (_gate)
        {
            _closed = true;
            return Idle();
        }
    }

    /// <summary>Refuses new commits for a while; ends when those that were taken are done.</summary>
    public Task FenceAsync()
    {
        lock (_gate)
        {
            _fenced = true;
            return Idle();
        }
    }

    /// <summary>Takes commits again.</summary>
    public void Unfence()
    {
        lock (_gate)
        {
            _fenced = false;
        }
    }

    /// <summary>What is said to whoever commits to a partition that is being moved.</summary>
    public static CommitResult Fenced(PartitionId id) =>
        CommitResult.Rejected(
            CommitRejection.Unavailable,
            $"storage: {id} is being moved; try again in a moment"
        );

    /// <inheritdoc />
    public void Execute()
    {
        while (TakeGroup())
        {
            RunGroup();
        }
    }

    private CommitResult CommitInline(Commit commit)
    {
        // While it waits for the disk another guest computes.
        var threads = context.Sync ? commit.GuestThreads : null;
        threads?.BeginWait();
        try
        {
            return partition.CommitOne(commit);
        }
        catch (StorageException e)
        {
            partition.Forget();
            return Unreadable(e);
        }
        finally
        {
            Release();
            threads?.EndWait();
        }
    }

    /// <summary>
    /// Frees the partition; if others came meanwhile, a pool thread leads them, so that the caller
    /// does not work for strangers.
    /// </summary>
    private void Release()
    {
        lock (_gate)
        {
            if (_queue.Count == 0)
            {
                Free();
                return;
            }
        }

        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    private void Free()
    {
        _busy = false;
        _idle?.TrySetResult();
        _idle = null;
    }

    private Task Idle()
    {
        if (!_busy)
        {
            return Task.CompletedTask;
        }

        _idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return _idle.Task;
    }

    private bool TakeGroup()
    {
        _group.Clear();
        var bytes = 0;
        lock (_gate)
        {
            while (_queue.TryPeek(out var pending) && HasRoom(pending, bytes))
            {
                _queue.Dequeue();
                if (pending.TryTake())
                {
                    _group.Add(pending);
                    bytes += pending.Commit.EncodedBytes;
                }
            }

            if (_group.Count > 0)
            {
                return true;
            }

            Free();
            return false;
        }
    }

    private bool HasRoom(PendingCommit pending, int bytes) =>
        _group.Count == 0
        || (
            _group.Count < context.Limits.GroupCommitsMax
            && bytes + pending.Commit.EncodedBytes <= context.Limits.GroupBytesMax
        );

    private void RunGroup()
    {
        try
        {
            partition.CommitGroup(_group);
        }
        catch (StorageException e)
        {
            // A read that apply needed has failed; who has no answer was not written.
            partition.Forget();
            foreach (var pending in _group)
            {
                if (!pending.IsAnswered)
                {
                    pending.Answer(Unreadable(e));
                }
            }
        }
    }

    private static CommitResult Unreadable(StorageException e) =>
        CommitResult.Rejected(
            e.Error == StorageError.Closed ? CommitRejection.Closed : CommitRejection.StorageFailed,
            e.Message
        );

    private static CommitResult Closed() =>
        CommitResult.Rejected(CommitRejection.Closed, "storage: the engine is closed");

    private CommitResult Overloaded() =>
        CommitResult.Rejected(
            CommitRejection.Overloaded,
            $"storage: {context.Limits.PendingCommitsMax} commits of {partition.Id} are waiting"
        );
}
