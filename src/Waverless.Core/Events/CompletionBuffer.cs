using Waverless.Diagnostics;
using Waverless.Kv;

namespace Waverless.Events;

/// <summary>
/// Events of one partition that have run and whose records wait to be removed: they ride in the
/// partition's next commit, or in one of their own when the lane runs dry.
/// </summary>
internal sealed class CompletionBuffer(
    EventPump pump,
    Action refused,
    PartitionTenure? tenure = null
)
{
    /// <summary>At this many, a drain commits them without waiting for company.</summary>
    public const int FlushAt = 64;

    /// <summary>Most that ride in one commit.</summary>
    private const int PerCommitMax = 512;

    private readonly Lock _lock = new();
    private readonly HashSet<FunctionLane> _cursors = [];
    private List<(FunctionLane Lane, PendingEvent Pending)> _waiting = [];
    private int _cursorCount;
    private bool _isAwaited;
    private long _since;

    /// <summary>Whether somebody waits for a cascade with one of them.</summary>
    public bool IsAwaited => Volatile.Read(ref _isAwaited);

    /// <summary>For how long the first of them has waited.</summary>
    public TimeSpan Age => pump.Elapsed(Volatile.Read(ref _since));

    public int Count => Volatile.Read(ref _waiting).Count + Volatile.Read(ref _cursorCount);

    /// <summary>
    /// The next commit is to say from where on a lane has ready records, so that no reading walks
    /// over what is done.
    /// </summary>
    public void AddCursor(FunctionLane lane)
    {
        lock (_lock)
        {
            _cursors.Add(lane);
            _cursorCount = _cursors.Count;
        }
    }

    public void Add(FunctionLane lane, PendingEvent pending)
    {
        lock (_lock)
        {
            Note(pending);
            _waiting.Add((lane, pending));
        }
    }

    public void Add(FunctionLane lane, IReadOnlyList<PendingEvent> events)
    {
        lock (_lock)
        {
            for (var index = 0; index < events.Count; index++)
            {
                Note(events[index]);
                _waiting.Add((lane, events[index]));
            }
        }
    }

    /// <summary>Moves what waits into a commit; null if nothing does.</summary>
    public ICompletions? TakeInto(Commit commit)
    {
        if (Count == 0)
        {
            return null;
        }

        List<(FunctionLane Lane, PendingEvent Pending)> taken;
        FunctionLane[] cursors;
        lock (_lock)
        {
            cursors = [.. _cursors];
            _cursors.Clear();
            _cursorCount = 0;
            if (_waiting.Count <= PerCommitMax)
            {
                taken = _waiting;
                _waiting = [];
                _isAwaited = false;
            }
            else
            {
                taken = _waiting.GetRange(0, PerCommitMax);
                _waiting.RemoveRange(0, PerCommitMax);
            }
        }

        Failpoints.Pass(Failpoint.CompletionsTaken);
        commit.Tenure = tenure;
        foreach (var (lane, pending) in taken)
        {
            commit.Complete(lane.Utf8Function, pending.State, pending.Position);
        }

        // Not those of the completions in this very commit, which may still be refused.
        foreach (var lane in cursors)
        {
            lane.AddCursors(commit);
        }

        return taken.Count + cursors.Length == 0 ? null : new Taken(this, taken, cursors);
    }

    private sealed class Taken(
        CompletionBuffer buffer,
        List<(FunctionLane Lane, PendingEvent Pending)> events,
        FunctionLane[] cursors
    ) : ICompletions
    {
        public void Settle(bool committed)
        {
            if (committed)
            {
                Failpoints.Pass(Failpoint.CompletionsWritten);
                End();
                return;
            }

            lock (buffer._lock)
            {
                buffer._isAwaited |= events.Exists(item => buffer.Awaits(item.Pending));
                buffer._waiting.InsertRange(0, events);
                buffer._cursors.UnionWith(cursors);
                buffer._cursorCount = buffer._cursors.Count;
            }

            buffer.Refused();
        }

        /// <summary>Those of a lane that stand together end together.</summary>
        private void End()
        {
            for (int first = 0, end; first < events.Count; first = end)
            {
                var lane = events[first].Lane;
                end = first + 1;
                while (end < events.Count && events[end].Lane == lane)
                {
                    end++;
                }

                var run = new PendingEvent[end - first];
                for (var index = first; index < end; index++)
                {
                    run[index - first] = events[index].Pending;
                }

                buffer.Ended(lane, run);
            }
        }
    }

    private void Note(PendingEvent pending)
    {
        if (_waiting.Count == 0)
        {
            _since = pump.Timestamp;
        }

        _isAwaited |= Awaits(pending);
    }

    private bool Awaits(PendingEvent pending) => pump.IsAwaited(pending);

    private void Ended(FunctionLane lane, PendingEvent[] events) => pump.Ended(lane, events);

    private void Refused() => refused();
}
