using Waverless.Events;
using Waverless.Kv;
using Waverless.Storage.Keyspaces;
using Waverless.Timers;

namespace Waverless.Storage.Apply;

/// <summary>
/// Keeps count of the timers and delayed messages of a partition, exactly, and refuses what would
/// add to more than a commit allows. Only commits that touch some pay for it. Not thread-safe.
/// </summary>
internal sealed class DeferredMeter(PartitionKeys keys, OldValues old)
{
    /// <summary>What a commit leaves of each timer that it touches.</summary>
    private readonly Dictionary<byte[], bool> _left = new(SpanKeyComparer.Instance);

    private DeferredCounts _change;

    /// <summary>
    /// Decides about the commit and notes what it changes; null if nothing stands against it.
    /// </summary>
    public ApplyDecision? Decide(PartitionState state, Commit commit, CommitCheck check)
    {
        _change = default;
        var timers = check.TouchesTimers ? Measure(commit) : 0;
        if (check.DeferredMax is { } allowed)
        {
            var after = state.Deferred.Timers + timers;
            if (timers > 0 && after > allowed.Timers)
            {
                return Refuse(check, $"{after} timers", allowed.Timers);
            }

            var messages = Delayed(commit);
            after = state.Deferred.Messages + messages;
            if (messages > 0 && after > allowed.Messages)
            {
                return Refuse(check, $"{after} delayed messages", allowed.Messages);
            }
        }

        _change = new DeferredCounts(timers, 0);
        return null;
    }

    /// <summary>An event was stored.</summary>
    public void Stored(EventState to)
    {
        if (to == EventState.Delayed)
        {
            _change += new DeferredCounts(0, 1);
        }
    }

    /// <summary>An event is about to be removed, which may be gone already.</summary>
    public void Removed(EventState from, ReadOnlySpan<byte> function, EventPosition position)
    {
        if (from != EventState.Delayed)
        {
            return;
        }

        var key = new byte[PartitionKeys.EventBytes(function)];
        keys.Event(key, from, function, position);
        if (old.Has(key))
        {
            _change += new DeferredCounts(0, -1);
        }
    }

    /// <summary>The commit takes effect: the count moves on.</summary>
    public void Apply(PartitionState state, RecordBatch batch)
    {
        if (_change == default)
        {
            return;
        }

        state.Deferred += _change;
        DeferredRecord.Write(batch, keys, state.Deferred);
    }

    private static ApplyDecision Refuse(CommitCheck check, string what, long max) =>
        ApplyDecision.Reject(
            check.IsReserve ? CommitRejection.StorageFull : CommitRejection.Overloaded,
            $"commit: the partition would keep {what}; expected at most {max}"
        );

    /// <summary>Delayed messages for this partition, those that turn out to be stored among them.</summary>
    private static int Delayed(Commit commit)
    {
        var count = 0;
        var reader = commit.Read();
        while (reader.TryRead(out var o))
        {
            var isHere =
                o.Tag == CommitTag.Accept || (o.Tag == CommitTag.Event && o.PeerApp.IsEmpty);
            count += isHere && o.State == EventState.Delayed ? 1 : 0;
        }

        return count;
    }

    /// <summary>How many timers more there are: of several operations on one the last counts.</summary>
    private int Measure(Commit commit)
    {
        _left.Clear();
        var byKey = _left.GetAlternateLookup<ReadOnlySpan<byte>>();
        var reader = commit.Read();
        while (reader.TryRead(out var o))
        {
            if (
                o.Area == KeyArea.System
                && o.Tag.IsMutation()
                && TimerKeys.IsTimer(o.Key)
                && Leaves(o) is { } left
            )
            {
                byKey[o.Key] = left;
            }
        }

        var more = 0;
        foreach (var (key, left) in _left)
        {
            more += (left ? 1 : 0) - (old.TryGet(KeyArea.System, key, out _) ? 1 : 0);
        }

        return more;
    }

    /// <summary>Whether an operation leaves a timer; null: it has no effect.</summary>
    private bool? Leaves(in CommitOperation o) =>
        o.Tag switch
        {
            CommitTag.Delete => false,
            CommitTag.DeleteIfRevision => old.TryGetRevision(o.Area, o.Key, out var found)
            && found == o.Number
                ? false
                : null,
            // Timers have no deadline: it is their alarms that expire.
            CommitTag.Expire => null,
            _ => true,
        };
}
