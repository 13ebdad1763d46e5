using System.Buffers;
using Waverless.Events;
using Waverless.Kv;
using Waverless.Storage;

namespace Waverless.Simulation;

/// <summary>The memory engine with a trace, with faults, and with an end.</summary>
internal sealed class SimEngine(Sim sim, MemoryDisk disk) : IStorageEngine, IDeferredWork
{
    private readonly MemoryStorageEngine _inner = new(null, disk);
    private bool _crashed;

    public event Action? Crashed;

    public StorageCapabilities Capabilities =>
        _inner.Capabilities
        | (sim.IsForced ? StorageCapabilities.SurvivesPowerLoss : StorageCapabilities.None);

    public uint Incarnation => _inner.Incarnation;

    public IReadOnlyCollection<PartitionId> Partitions => _inner.Partitions;

    public int Watches => ((IDeferredWork)_inner).Watches;

    public DeferredCounts DeferredIn(PartitionId partition) =>
        ((IDeferredWork)_inner).DeferredIn(partition);

    /// <summary>Commits that took effect.</summary>
    public int Commits { get; private set; }

    /// <summary>Most deadlines that were read at once.</summary>
    public int MostExpiring { get; private set; }

    /// <summary>Answers a commit in the store's stead; null: the store answers.</summary>
    public Func<PartitionId, Commit, CommitResult?>? Fault { get; set; }

    /// <summary>Changes the answer to a commit that the store has decided.</summary>
    public Func<PartitionId, Commit, CommitResult, CommitResult>? Answer { get; set; }

    /// <summary>Throws in the store's stead.</summary>
    public Func<PartitionId, Commit, bool>? Throws { get; set; }

    /// <summary>Delay of a commit in milliseconds.</summary>
    public Func<int>? Delay { get; set; }

    /// <summary>Dies right after, or right before, a commit for which this is true.</summary>
    public Func<PartitionId, Commit, bool>? CrashAfter { get; set; }

    public Func<PartitionId, Commit, bool>? CrashBefore { get; set; }

    public void Crash()
    {
        _crashed = true;
        Crashed?.Invoke();
    }

    public ValueTask OpenAsync(ICommitListener listener, TimeProvider time, CancellationToken ct) =>
        _inner.OpenAsync(listener, time, ct);

    public async ValueTask<IReadSnapshot> SnapshotAsync(
        PartitionId p,
        ReadOptions how,
        CancellationToken ct
    )
    {
        await AliveAsync();
        return await _inner.SnapshotAsync(p, how, ct);
    }

    public async ValueTask<IReadOnlyList<ExpiringKey>> ReadExpiringAsync(
        PartitionId p,
        long fromMs,
        long untilMs,
        int limit,
        CancellationToken ct
    )
    {
        await AliveAsync();
        var page = await _inner.ReadExpiringAsync(p, fromMs, untilMs, limit, ct);
        MostExpiring = Math.Max(MostExpiring, page.Count);
        return page;
    }

    public async ValueTask<KvRead> GetAsync(
        PartitionId p,
        KvKey key,
        ReadOptions how,
        IBufferWriter<byte> into,
        CancellationToken ct
    )
    {
        await AliveAsync();
        return await _inner.GetAsync(p, key, how, into, ct);
    }

    public async ValueTask<KvPage> ScanAsync(
        PartitionId p,
        KvRange range,
        ReadOptions how,
        CancellationToken ct
    )
    {
        await AliveAsync();
        return await _inner.ScanAsync(p, range, how, ct);
    }

    public async ValueTask<CommitResult> CommitAsync(
        PartitionId p,
        Commit commit,
        CancellationToken ct
    )
    {
        if (Delay?.Invoke() is > 0 and var milliseconds)
        {
            await sim.DelayAsync(milliseconds);
        }

        await AliveAsync();
        sim.Trace.Add(p.ToString());
        sim.Trace.Add(commit.Encoded);
        if (Throws?.Invoke(p, commit) == true)
        {
            throw new StorageException(StorageError.Failed, "simulated: the disk failed");
        }

        if (Fault?.Invoke(p, commit) is { } answer)
        {
            return answer;
        }

        if (CrashBefore?.Invoke(p, commit) == true)
        {
            Crash();
            await AliveAsync();
        }

        var crashes = CrashAfter?.Invoke(p, commit) == true;
        var result = await _inner.CommitAsync(p, commit, ct);
        Commits += result.IsCommitted ? 1 : 0;
        result = Answer?.Invoke(p, commit, result) ?? result;
        if (crashes)
        {
            Crash();
            await AliveAsync();
        }

        return result;
    }

    public IAsyncEnumerable<KvChange> WatchAsync(
        PartitionId p,
        Revision after,
        CancellationToken ct
    ) => _inner.WatchAsync(p, after, ct);

    public async ValueTask<IReadOnlyList<StoredEvent>> ReadEventsAsync(
        PartitionId p,
        EventQuery query,
        EventPosition after,
        int limit,
        CancellationToken ct
    )
    {
        await AliveAsync();
        return await _inner.ReadEventsAsync(p, query, after, limit, ct);
    }

    public ValueTask<IReadOnlyList<string>> ReadEventFunctionsAsync(
        PartitionId p,
        EventState state,
        CancellationToken ct
    ) => _inner.ReadEventFunctionsAsync(p, state, ct);

    public ValueTask DisposeAsync() => _inner.DisposeAsync();

    /// <summary>A call of a dead process has no end.</summary>
    private Task AliveAsync() => _crashed ? new TaskCompletionSource().Task : Task.CompletedTask;
}
