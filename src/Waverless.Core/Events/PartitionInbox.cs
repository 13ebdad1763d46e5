using System.Collections.Concurrent;
using Waverless.Kv;

namespace Waverless.Events;

/// <summary>
/// The events to run in one partition: a lane per function, and the finished ones.
/// </summary>
internal sealed class PartitionInbox : IDisposable
{
    private static readonly TimeSpan RefusedPause = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentDictionary<string, FunctionLane> _lanes = new(
        StringComparer.Ordinal
    );
    private readonly EventPump _pump;
    private readonly Lock _countLock = new();
    private long _count;
    private volatile bool _isHeld;
    private ulong _firstLiveRevision = ulong.MaxValue;
    private int _flushing;
    private int _willFlush;
    private int _isArmed;
    private ITimer? _timer;

    public PartitionInbox(PartitionId id, EventPump pump)
    {
        Id = id;
        _pump = pump;
        Tenure = new PartitionTenure(pump.Stopping);
        Completions = new CompletionBuffer(pump, FlushLater, Tenure);
    }

    public PartitionId Id { get; }

    public CompletionBuffer Completions { get; }

    /// <summary>For how long this node runs them.</summary>
    public PartitionTenure Tenure { get; }

    /// <summary>Whether no event may be begun: the partition is about to go elsewhere.</summary>
    public bool IsHeld => _isHeld || Tenure.IsOver;

    /// <summary>Whether nothing waits or runs, now.</summary>
    public bool IsQuiet => _lanes.Values.All(lane => lane.IsQuiet);

    /// <summary>Events of revisions below this were there before this process.</summary>
    public ulong FirstLiveRevision => Volatile.Read(ref _firstLiveRevision);

    public IEnumerable<FunctionLane> Lanes => _lanes.Values;

    public FunctionLane Lane(string function) =>
        _lanes.TryGetValue(function, out var lane)
            ? lane
            : _lanes.GetOrAdd(function, name => new FunctionLane(this, name, _pump));

    /// <summary>Finds a lane without making a string of the name first.</summary>
    public FunctionLane Lane(ReadOnlySpan<byte> function)
    {
        Span<char> name = stackalloc char[256];
        if (
            System.Text.Encoding.UTF8.TryGetChars(function, name, out var length)
            && _lanes
                .GetAlternateLookup<ReadOnlySpan<char>>()
                .TryGetValue(name[..length], out var lane)
        )
        {
            return lane;
        }

        return Lane(System.Text.Encoding.UTF8.GetString(function));
    }

    /// <summary>Notes the first commit of this process, called under the sequencer.</summary>
    public void Live(ulong revision)
    {
        if (_firstLiveRevision == ulong.MaxValue)
        {
            Volatile.Write(ref _firstLiveRevision, revision);
        }
    }

    /// <summary>Begins no further event.</summary>
    public void Hold() => _isHeld = true;

    /// <summary>Counts events that wait or run in the backlog of the node.</summary>
    public void Count(long change)
    {
        lock (_countLock)
        {
            if (!Tenure.IsOver)
            {
                _count += change;
                _pump.Backlog.Add(Id.App, change);
            }
        }
    }

    /// <summary>The events run here no longer: what is in memory of them counts no more.</summary>
    public void Close()
    {
        lock (_countLock)
        {
            Tenure.End();
            _pump.Backlog.Add(Id.App, -_count);
        }

        Tenure.Cancel();
        Dispose();
    }

    /// <summary>Commits the completions that wait, if any, unless somebody is at it.</summary>
    public async ValueTask FlushAsync()
    {
        while (Completions.Count > 0 && Interlocked.Exchange(ref _flushing, 1) == 0)
        {
            try
            {
                // Others may have taken them meanwhile; then the count is looked at once more,
                // since whoever added one in this moment has relied on this flush.
                var commit = new Commit();
                if (Completions.TakeInto(commit) is { } taken)
                {
                    var committed = await _pump.CommitAsync(Id, commit);
                    taken.Settle(committed);
                    if (!committed)
                    {
                        return;
                    }
                }
            }
            finally
            {
                // A full fence: the count must not be read before this is seen.
                Interlocked.Exchange(ref _flushing, 0);
            }
        }
    }

    /// <summary>
    /// A lane has nothing more to run: commits what has ended, at once, or in a moment if a write
    /// of its own would only be in the way of the next commit, which takes it along.
    /// </summary>
    public ValueTask RanDryAsync() => Completions.IsAwaited ? FlushAsync() : FlushInAMomentAsync();

    /// <summary>
    /// Commits what has ended, at once where a write of its own costs little, else in a moment: it
    /// does not wait for what runs next, however long that takes.
    /// </summary>
    public ValueTask FlushInAMomentAsync()
    {
        if (_pump.CompletionDelay == TimeSpan.Zero || _pump.IsStopping)
        {
            return FlushAsync();
        }

        if (Completions.Count > 0)
        {
            FlushIn(_pump.CompletionDelay);
        }

        return default;
    }

    /// <summary>Commits the completions that wait, also those that somebody is at.</summary>
    public async ValueTask FlushAllAsync()
    {
        await FlushAsync();
        while (Volatile.Read(ref _flushing) == 1)
        {
            await _pump.DelayAsync(TimeSpan.FromMilliseconds(1));
        }
    }

    /// <summary>Waits for nothing any more.</summary>
    public void Dispose()
    {
        Volatile.Read(ref _timer)?.Dispose();
        Tenure.Dispose();
        foreach (var lane in _lanes.Values)
        {
            lane.Dispose();
        }
    }

    /// <summary>Lets one timer at a time run.</summary>
    private void FlushIn(TimeSpan delay)
    {
        if (!_pump.IsStopping && Interlocked.Exchange(ref _isArmed, 1) == 0)
        {
            _timer ??= _pump.CreateTimer(DelayOver);
            _timer.Change(delay, Timeout.InfiniteTimeSpan);
        }
    }

    private void DelayOver()
    {
        // A full fence: who was not let arm the timer has added before, and is seen here.
        Interlocked.Exchange(ref _isArmed, 0);
        if (Completions.Count == 0)
        {
            return;
        }

        // Those that the timer was for may have gone long ago.
        var rest = _pump.CompletionDelay - Completions.Age;
        if (rest > TimeSpan.Zero)
        {
            FlushIn(rest);
        }
        else
        {
            _pump.Start(async () => await FlushAsync());
        }
    }

    /// <summary>Tries again after a pause; one such attempt waits at a time.</summary>
    private void FlushLater()
    {
        var isOver = _pump.IsStopping || Tenure.IsOver;
        if (!isOver && Interlocked.Exchange(ref _willFlush, 1) == 0)
        {
            _pump.Start(async () =>
            {
                await _pump.DelayAsync(RefusedPause);
                Interlocked.Exchange(ref _willFlush, 0);
                await FlushAsync();
            });
        }
    }
}
