using Waverless.Events;
using Waverless.Invocations.Idempotency;
using Waverless.Kv;
using Waverless.Storage.Keyspaces;
using Waverless.Timers;

namespace Waverless.Storage.Apply;

/// <summary>
/// Keeps count of the timers, delayed messages and idempotency keys of a partition, exactly, and
/// refuses what would add to more than a commit allows. Only commits that touch some pay for it.
/// Not thread-safe.
/// </summary>
internal sealed class DeferredMeter(PartitionKeys keys, OldValues old)
{
    /// <summary>What a commit leaves of each counted record that it touches.</summary>
    private readonly Dictionary<byte[], bool> _left = new(SpanKeyComparer.Instance);

    /// <summary>Delayed messages that the commit has removed so far.</summary>
    private readonly HashSet<byte[]> _removed = new(SpanKeyComparer.Instance);

    private DeferredCounts _change;

    /// <summary>
    /// Decides about the commit and notes what it changes; null if nothing stands against it.
    /// </summary>
    public ApplyDecision? Decide(PartitionState state, Commit commit, CommitCheck check)
    {
        _change = default;
        _removed.Clear();
        var change = check.TouchesCounted ? Measure(commit) : default;
        if (check.DeferredMax is { } allowed)
        {
            var after = state.Deferred.Timers + change.Timers;
            if (change.Timers > 0 && after > allowed.Timers)
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

        _change = change;
        return null;
    }

    /// <summary>A record was written by which an event is stored once.</summary>
    public void Wrote(ReadOnlySpan<byte> key)
    {
        if (IdempotencyScope.IsOne(key) && !old.TryGet(KeyArea.System, key, out _))
        {
            _change += new DeferredCounts(0, 0, 1);
        }
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
        if (old.Has(key) && _removed.Add(key))
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

    /// <summary>How many more there are: of several operations on one the last counts.</summary>
    private DeferredCounts Measure(Commit commit)
    {
        _left.Clear();
        var byKey = _left.GetAlternateLookup<ReadOnlySpan<byte>>();
        var reader = commit.Read();
        while (reader.TryRead(out var o))
        {
            if (
                o.Tag.IsMutation()
                && DeferredRecord.OfValue(o.Area, o.Key) != default
                && Leaves(o) is { } left
            )
            {
                byKey[o.Key] = left;
            }
        }

        var (timers, keys) = (0, 0);
        foreach (var (key, left) in _left)
        {
            var more = (left ? 1 : 0) - (old.TryGet(KeyArea.System, key, out _) ? 1 : 0);
            _ = TimerKeys.IsTimer(key) ? timers += more : keys += more;
        }

        return new DeferredCounts(timers, 0, keys);
    }

    /// <summary>Whether an operation leaves a record; null: it has no effect.</summary>
    private bool? Leaves(in CommitOperation o)
    {
        switch (o.Tag)
        {
            case CommitTag.Delete:
                return false;
            case CommitTag.DeleteIfRevision:
                return old.TryGetRevision(o.Area, o.Key, out var found) && found == o.Number
                    ? false
                    : null;
            case CommitTag.Expire:
                return
                    old.TryGet(o.Area, o.Key, out var stored)
                    && stored.Revision == o.Number
                    && stored.HasExpired(old.StoreTimeMs)
                    ? false
                    : null;
            default:
                return true;
        }
    }
}
