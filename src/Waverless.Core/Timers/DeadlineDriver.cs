using System.Collections.Concurrent;
using Waverless.Events;
using Waverless.Kv;

namespace Waverless.Timers;

/// <summary>
/// Sees to it that keys expire and timers fire: learns the deadlines of commits, wakes at the
/// earliest one of each partition, and commits what is due. What is in memory is only when to wake
/// next; after a restart the store tells it.
/// </summary>
internal sealed class DeadlineDriver : ICommitListener, IDisposable
{
    private readonly ConcurrentDictionary<PartitionId, PartitionDeadlines> _partitions = new();
    private readonly DeadlineParts _parts;
    private readonly KeyExpiry _expiry;
    private readonly TimerFirings _firings;
    private volatile bool _running;

    public DeadlineDriver(DeadlineParts parts)
    {
        _parts = parts;
        _expiry = new KeyExpiry(parts);
        _firings = new TimerFirings(parts);
    }

    public DeadlineParts Parts => _parts;

    /// <summary>Whether anything is done about deadlines now.</summary>
    public bool IsRunning => _running && !_parts.Pump.IsHeld;

    public void OnCommitted(
        PartitionId p,
        Revision revision,
        Commit commit,
        ReadOnlySpan<int> skippedOrdinals
    )
    {
        if (!commit.HasDeadlines)
        {
            return;
        }

        var earliest = long.MaxValue;
        var reader = commit.Read();
        while (reader.TryRead(out var operation))
        {
            if (operation.Tag == CommitTag.PutUntil)
            {
                earliest = Math.Min(earliest, operation.DeadlineMs);
            }
            else if (operation.Tag == CommitTag.PutFor)
            {
                // Store time is this or later, so that the deadline is not before this.
                earliest = Math.Min(earliest, Sum(commit.StoreTimeMs, operation.DeadlineMs));
            }
        }

        Of(p).Heard(earliest);
    }

    /// <summary>Begins, or begins again, with all that is in the store.</summary>
    public void Start()
    {
        _running = true;
        var known = _parts
            .Engine.Partitions.Concat(_partitions.Keys.Where(_parts.IsLocal))
            .Distinct();
        foreach (
            var partition in known
                .OrderBy(partition => partition.App, StringComparer.Ordinal)
                .ThenBy(partition => partition.Number)
        )
        {
            Of(partition).Heard(0);
        }
    }

    /// <summary>Takes up a partition that came from elsewhere.</summary>
    public void Open(PartitionId partition) => Of(partition).Heard(0);

    /// <summary>Lets go of a partition; what is due stays in the store.</summary>
    public void Drop(PartitionId partition)
    {
        if (_partitions.TryRemove(partition, out var deadlines))
        {
            deadlines.Dispose();
        }
    }

    /// <summary>Commits nothing more; what is due stays in the store.</summary>
    public void Stop() => _running = false;

    public void Dispose()
    {
        Stop();
        foreach (var partition in _partitions.Values)
        {
            partition.Dispose();
        }
    }

    /// <summary>
    /// Commits what some deadlines ask for. False: not all of it could be done, try again later.
    /// </summary>
    /// <exception cref="StorageException">The store is closed or failed.</exception>
    public async ValueTask<bool> SettleAsync(PartitionId partition, IReadOnlyList<ExpiringKey> due)
    {
        var alarms = due.Where(key => TimerKeys.IsAlarm(key)).ToList();
        var settled = await InBatchesAsync(
            alarms,
            TimerLimits.FiringsPerCommit,
            batch => _firings.FireAsync(partition, batch)
        );
        if (alarms.Count == due.Count)
        {
            return settled;
        }

        var keys = due.Where(key => !TimerKeys.IsAlarm(key)).ToList();
        return await InBatchesAsync(
                keys,
                TimerLimits.ExpiriesPerCommit,
                batch => _expiry.ExpireAsync(partition, batch)
            ) && settled;
    }

    private static long Sum(long one, long other) =>
        one > long.MaxValue - other ? long.MaxValue : one + other;

    private async ValueTask<bool> InBatchesAsync(
        List<ExpiringKey> keys,
        int batchMax,
        Func<IReadOnlyList<ExpiringKey>, ValueTask<bool>> commit
    )
    {
        for (var first = 0; first < keys.Count; first += batchMax)
        {
            if (first > 0)
            {
                await _parts.Pump.DelayAsync(TimerLimits.StormPause);
            }

            var batch = keys.GetRange(first, Math.Min(batchMax, keys.Count - first));
            if (!IsRunning || !await commit(batch))
            {
                return false;
            }
        }

        return true;
    }

    private PartitionDeadlines Of(PartitionId partition) =>
        _partitions.TryGetValue(partition, out var deadlines)
            ? deadlines
            : _partitions.GetOrAdd(partition, id => new PartitionDeadlines(id, this));
}
