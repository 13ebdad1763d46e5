using Microsoft.Extensions.Logging;
using Waverless.Invocations;

namespace Waverless.Runtime.Managed;

/// <summary>
/// A reusable cancellation token that fires at a deadline on the node's clock or with the caller's
/// token. Unlike a plain <see cref="CancellationTokenSource"/> with a timer, it survives a callback
/// of the user's that throws (on a timer's thread that would end the process), and a timer that
/// fires late cannot cancel the next invocation.
/// </summary>
internal sealed class DeadlineSource : IDisposable
{
    // Timers take no more than about 49 days; a later deadline re-arms when this has passed.
    private static readonly TimeSpan _waitMax = TimeSpan.FromDays(40);

    private readonly CancellationTokenSource _source = new();
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly ITimer _timer;
    private CancellationTokenRegistration _callerGone;
    private Deadline _deadline;

    // Odd while armed. Every change is a step up, so that a callback that read an earlier state
    // cannot act on a later use of this object.
    private long _state;

    public DeadlineSource(TimeProvider time, ILogger log)
    {
        _time = time;
        _log = log;
        _timer = time.CreateTimer(
            static self => ((DeadlineSource)self!).OnTimer(),
            this,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan
        );
    }

    public CancellationToken Token => _source.Token;

    /// <summary>Begins a use; only on a new object or after <see cref="TryReset"/>.</summary>
    public void Arm(Deadline due, CancellationToken caller)
    {
        _deadline = due;
        Interlocked.Increment(ref _state);
        _callerGone = caller.UnsafeRegister(static self => ((DeadlineSource)self!).Fire(), this);
        SetTimer(due.Remaining(_time));
    }

    /// <summary>Ends a use.</summary>
    /// <returns>Whether the object is as new; false: it has fired or is about to.</returns>
    public bool TryReset()
    {
        var armed = Volatile.Read(ref _state);
        if ((armed & 1) == 0 || !Disarm(armed))
        {
            _callerGone.Unregister();
            return false;
        }

        // A callback under way finds the state changed and returns, so this waits briefly at most.
        _callerGone.Dispose();
        _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        return _source.TryReset();
    }

    /// <summary>Frees the timer. The token stays usable: a function may still hold it.</summary>
    public void Dispose()
    {
        _callerGone.Unregister();
        _timer.Dispose();
    }

    private void OnTimer()
    {
        var armed = Volatile.Read(ref _state);
        if ((armed & 1) == 0)
        {
            return;
        }

        var left = _deadline.Remaining(_time);
        if (left > TimeSpan.Zero)
        {
            SetTimer(left);
        }
        else if (Disarm(armed))
        {
            Cancel();
        }
    }

    private void Fire()
    {
        var armed = Volatile.Read(ref _state);
        if ((armed & 1) == 1 && Disarm(armed))
        {
            Cancel();
        }
    }

    private bool Disarm(long armed) =>
        Interlocked.CompareExchange(ref _state, armed + 1, armed) == armed;

    private void Cancel()
    {
        try
        {
            _source.Cancel();
        }
        catch (AggregateException e)
        {
            _log.CancellationCallbackFailed(e);
        }
    }

    // Rounded up to the timers' millisecond: one that fires early would only have to wait again.
    private void SetTimer(TimeSpan left) =>
        _timer.Change(
            left >= _waitMax
                ? _waitMax
                : TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)),
            Timeout.InfiniteTimeSpan
        );
}
