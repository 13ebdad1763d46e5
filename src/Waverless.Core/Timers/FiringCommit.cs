using System.Text;
using Waverless.Apps;
using Waverless.Events;
using Waverless.Kv;

namespace Waverless.Timers;

/// <summary>The commit in which timers fire.</summary>
internal sealed class FiringCommit(DeadlineParts parts, PartitionId partition)
{
    private readonly long _nowMs = parts.NowMs;
    private string? _function;

    public Commit Commit { get; } = new();

    /// <summary>Whether what follows has to go into another commit.</summary>
    public bool IsFull => Commit.EventCount >= TimerLimits.FiringsPerCommit;

    /// <summary>Takes an alarm off the list that means nothing any more.</summary>
    public void Discard(byte[] timer, ulong? number, in ExpiringKey alarm)
    {
        // The condition: a timer that is set in this moment to that moment keeps its alarm.
        if (number is { } read)
        {
            Commit.RequireRevision(timer, read, KeyArea.System);
        }
        else
        {
            Commit.RequireAbsent(timer, KeyArea.System);
        }

        TakeOff(alarm);
    }

    /// <summary>Fires a timer for its moments up to now, as its policy says.</summary>
    public void Fire(byte[] key, ulong number, TimerRecord timer, in ExpiringKey alarm)
    {
        if (!parts.Catalog.Current.TryFind(partition.App, timer.Function, out _))
        {
            // It waits without an alarm until a version with its function is deployed.
            Log.TimerRests(parts.Logger, partition, TimerKeys.NameOf(key), timer.Function);
            Rest(key, number, alarm);
            return;
        }

        if (!TimerSchedule.TryCreate(timer.When, out var schedule, out var reason))
        {
            Log.TimerBroken(parts.Logger, partition, TimerKeys.NameOf(key), reason);
            Rest(key, number, alarm);
            return;
        }

        Commit.RequireRevision(key, number, KeyArea.System);
        TakeOff(alarm);
        var policy = timer.When.Misfire;
        var lastMax = policy == MisfirePolicy.All ? TimerLimits.CatchUpMax : 1;
        var (moments, missed) = schedule.Due(timer.NextMs, _nowMs, lastMax);
        var latest = moments[^1];
        if (
            policy == MisfirePolicy.Skip
            && _nowMs - latest > TimerLimits.SkipAfter.TotalMilliseconds
        )
        {
            moments = [];
            Log.Skipped(parts.Logger, partition, TimerKeys.NameOf(key), latest);
        }

        var fired = Math.Min(moments.Count, TimerLimits.FiringsPerCommit - Commit.EventCount);
        for (var i = 0; i < fired; i++)
        {
            AddEvent(key, timer, moments[i], i == 0 ? missed : 0);
        }

        var next = fired < moments.Count ? moments[fired] : schedule.After(latest);
        if (next is { } nextMs)
        {
            TimerChange.Move(Commit, key, timer with { NextMs = nextMs });
        }
        else
        {
            Commit.Delete(key, KeyArea.System);
        }
    }

    /// <summary>Wakes the function of a single firing, so that it is there when it is written.</summary>
    public void Announce()
    {
        if (_function is not null && Commit.EventCount == 1)
        {
            parts.Pump.Anticipate(partition, Encoding.UTF8.GetBytes(_function));
        }
    }

    private void AddEvent(byte[] key, TimerRecord timer, long momentMs, int missed)
    {
        _function = timer.Function;
        Commit.AddEvent(
            EventCondition.Always,
            default,
            target: null,
            Encoding.UTF8.GetBytes(timer.Function),
            EventState.Ready,
            dueMs: 0,
            EventPosition.NormalPriority,
            new EventRecord
            {
                Kind = EventKind.Timer,
                Key = TimerFiring.Encode(TimerKeys.NameOf(key), momentMs, missed),
                Payload = timer.Payload,
                OrderingKey = timer.When.MayOverlap ? default : key,
                Cascade = new CascadeRef(0, 0, 0, 1),
                CreatedMs = _nowMs,
            }
        );
    }

    private void Rest(byte[] key, ulong number, in ExpiringKey alarm)
    {
        Commit.RequireRevision(key, number, KeyArea.System);
        TakeOff(alarm);
        Commit.Put(TimerKeys.Resting, default, KeyArea.System);
    }

    private void TakeOff(in ExpiringKey alarm) =>
        Commit.Expire(alarm.Key.Span, alarm.Number, alarm.DeadlineMs, alarm.Area);
}
