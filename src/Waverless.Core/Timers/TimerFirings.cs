using System.Buffers;
using Waverless.Diagnostics;
using Waverless.Kv;

namespace Waverless.Timers;

/// <summary>
/// Fires timers: one commit holds the events, the timers' next moments and their new alarms, on
/// the condition that nobody has changed the timers meanwhile. So each moment becomes an event
/// once, whatever is repeated or interrupted.
/// </summary>
internal sealed class TimerFirings(DeadlineParts parts)
{
    private const int AttemptsMax = 3;

    /// <summary>Fires for some alarms; false: not for all of them, try again later.</summary>
    /// <exception cref="StorageException">The store is closed or failed.</exception>
    public async ValueTask<bool> FireAsync(PartitionId partition, IReadOnlyList<ExpiringKey> alarms)
    {
        var fired = 0;
        while (fired < alarms.Count && parts.Backlog.HasRoomForTimers(partition.App))
        {
            var count = await FireSomeAsync(partition, alarms, fired);
            if (count == 0)
            {
                break;
            }

            fired += count;
        }

        return fired == alarms.Count;
    }

    /// <summary>
    /// Fires for as many alarms as fit in a commit; returns how many, 0 if it was refused.
    /// </summary>
    private async ValueTask<int> FireSomeAsync(
        PartitionId partition,
        IReadOnlyList<ExpiringKey> alarms,
        int first
    )
    {
        for (var attempt = 0; attempt < AttemptsMax; attempt++)
        {
            var firing = new FiringCommit(parts, partition);
            var end = first;
            while (end < alarms.Count && !firing.IsFull)
            {
                await AddAsync(firing, partition, alarms[end++]);
            }

            Failpoints.Pass(Failpoint.TimersRead);
            firing.Commit.Stamp(default, alarms.Max(alarm => alarm.DeadlineMs), 0);
            firing.Announce();
            var result = await parts.Door.CommitAsync(
                partition.App,
                partition,
                firing.Commit,
                default,
                CancellationToken.None
            );
            Failpoints.Pass(Failpoint.TimersFired);
            if (result.Status != CommitStatus.ConditionFailed)
            {
                if (!result.IsCommitted)
                {
                    Log.FiringRefused(parts.Logger, partition, result.Reason);
                }

                return result.IsCommitted ? end - first : 0;
            }
        }

        return 0;
    }

    private async ValueTask AddAsync(FiringCommit firing, PartitionId partition, ExpiringKey alarm)
    {
        var key = TimerKeys.TimerOfAlarm(alarm.Key.Span);
        var into = new ArrayBufferWriter<byte>();
        var read = await parts.Engine.GetAsync(
            partition,
            new KvKey(key),
            ReadOptions.System,
            into,
            CancellationToken.None
        );
        if (!read.Found)
        {
            firing.Discard(key, null, alarm);
            return;
        }

        var timer = TimerRecord.Decode(into.WrittenSpan);
        if (timer is null)
        {
            Log.TimerUnreadable(parts.Logger, partition, TimerKeys.NameOf(key));
            firing.Discard(key, read.Number, alarm);
        }
        else if (timer.NextMs != alarm.DeadlineMs)
        {
            // The alarm is of a timer that was replaced since.
            firing.Discard(key, read.Number, alarm);
        }
        else
        {
            firing.Fire(key, read.Number, timer, alarm);
        }
    }
}
