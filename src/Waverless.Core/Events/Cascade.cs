namespace Waverless.Events;

/// <summary>
/// What one root set in motion and how far it has come. Answers its waiter once, when the root and
/// every event have ended.
/// </summary>
internal sealed class Cascade(CascadeRef root, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly HashSet<EventId> _running = [];

    // Events whose end was reported before their birth; empty on one node.
    private readonly HashSet<EventId> _endedEarly = [];
    private readonly TaskCompletionSource _answered = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private readonly long _began = time.GetTimestamp();
    private bool _rootEnded;
    private long _invocations;
    private long _failures;
    private long _deferred;
    private int _depthMax;

    private bool IsFinished => _rootEnded && _running.Count == 0 && _endedEarly.Count == 0;

    public CascadeRef Root { get; } = root;

    /// <summary>Completes when it has finished, or when its waiter gives up.</summary>
    public Task Answered => _answered.Task;

    /// <summary>The waiter is to be answered now, with what is known.</summary>
    public void GiveUp() => _answered.TrySetResult();

    public void Created(EventId id)
    {
        lock (_lock)
        {
            if (!_endedEarly.Remove(id))
            {
                _running.Add(id);
            }
        }
    }

    public void Ended(EventId id, int depth, bool failed)
    {
        lock (_lock)
        {
            if (!_running.Remove(id))
            {
                if (!_endedEarly.Add(id))
                {
                    return;
                }
            }

            _invocations++;
            _failures += failed ? 1 : 0;
            _depthMax = Math.Max(_depthMax, depth);
            FinishIfEmpty();
        }
    }

    public void Dropped(EventId id)
    {
        lock (_lock)
        {
            _running.Remove(id);
            FinishIfEmpty();
        }
    }

    public void Deferred(int count)
    {
        lock (_lock)
        {
            _deferred += count;
        }
    }

    /// <summary>The call itself has ended; all events that it created directly are known.</summary>
    public void RootEnded(bool failed)
    {
        lock (_lock)
        {
            _rootEnded = true;
            _invocations++;
            _failures += failed ? 1 : 0;
            FinishIfEmpty();
        }
    }

    public CascadeReport Report()
    {
        lock (_lock)
        {
            return new CascadeReport(
                Root.Id,
                IsFinished,
                _invocations,
                _failures,
                _depthMax + 1,
                time.GetElapsedTime(_began)
            )
            {
                Deferred = _deferred,
            };
        }
    }

    private void FinishIfEmpty()
    {
        if (IsFinished)
        {
            _answered.TrySetResult();
        }
    }
}
