using System.Diagnostics;

namespace Waverless.Invocations;

/// <summary>
/// Admission: at most <paramref name="concurrency"/> inside, at most <paramref name="queueMax"/>
/// waiting. Entering a gate with room costs one interlocked exchange.
/// </summary>
/// <remarks>
/// First come first served, until more comes than can be done for so long that the oldest caller
/// has waited for <see cref="StandingMax"/>. Then the newest caller is next: the oldest ones have
/// given up, or soon will, and what is done for them is done for nobody, so that a queue which is
/// served in order would keep a node busy with nothing of use long after the overload is over
/// (B. Maurer, "Fail at Scale", ACM Queue 13(8), 2015: adaptive LIFO). What nobody waits for,
/// triggered work, keeps its order and then gets every other place.
/// </remarks>
/// <param name="concurrency">How many are inside at once.</param>
/// <param name="queueMax">How many wait.</param>
/// <param name="time">Tells how long they have waited; null: always first come first served.</param>
internal sealed class Gate(int concurrency, int queueMax, TimeProvider? time = null)
{
    /// <summary>How long callers wait in the order in which they came.</summary>
    public static readonly TimeSpan StandingMax = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private readonly LinkedList<Waiter> _callers = new();
    private readonly LinkedList<Waiter> _triggered = new();
    private int _active;
    private int _waiting;
    private ulong _arrivals;
    private bool _isTriggeredNext;

    public int Active => Volatile.Read(ref _active);

    public int Waiting => Volatile.Read(ref _waiting);

    public bool TryEnter() => Volatile.Read(ref _waiting) == 0 && TryTake();

    /// <summary>Waits for a place, for a caller that waits. False: the queue is full.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public ValueTask<bool> EnterAsync(CancellationToken ct) => EnterAsync(_callers, ct);

    /// <summary>The same for work that nobody waits for.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public ValueTask<bool> EnterTriggeredAsync(CancellationToken ct) => EnterAsync(_triggered, ct);

    private ValueTask<bool> EnterAsync(LinkedList<Waiter> queue, CancellationToken ct)
    {
        if (TryEnter())
        {
            return new ValueTask<bool>(true);
        }

        ct.ThrowIfCancellationRequested();
        Waiter waiter;
        lock (_lock)
        {
            if (_waiting >= queueMax)
            {
                return new ValueTask<bool>(false);
            }

            // The count is published before the places are looked at again: whoever leaves
            // either sees the waiter or leaves a place that is seen here.
            Interlocked.Increment(ref _waiting);
            if (_callers.Count + _triggered.Count == 0 && TryTake())
            {
                Interlocked.Decrement(ref _waiting);
                return new ValueTask<bool>(true);
            }

            waiter = new Waiter(this, ++_arrivals, time?.GetTimestamp() ?? 0);
            waiter.Node = queue.AddLast(waiter);
        }

        waiter.CancelWith(ct);
        return new ValueTask<bool>(waiter.Task);
    }

    public void Exit()
    {
        var active = Interlocked.Decrement(ref _active);
        Debug.Assert(active >= 0, "left a gate more often than entered");
        if (Volatile.Read(ref _waiting) > 0)
        {
            AdmitWaiting();
        }
    }

    private bool TryTake()
    {
        // Never overshoots: a count that is too high for a moment would turn a caller away, and
        // whoever takes it back would have to wake that caller.
        var active = Volatile.Read(ref _active);
        while (active < concurrency)
        {
            var seen = Interlocked.CompareExchange(ref _active, active + 1, active);
            if (seen == active)
            {
                return true;
            }

            active = seen;
        }

        return false;
    }

    private void AdmitWaiting()
    {
        lock (_lock)
        {
            while (_callers.Count + _triggered.Count > 0 && TryTake())
            {
                var next = Next();
                Remove(next);
                next.Value.TrySetResult(true);
            }
        }
    }

    /// <summary>Whose turn it is; somebody waits.</summary>
    private LinkedListNode<Waiter> Next()
    {
        if (_callers.First is not { } caller)
        {
            return _triggered.First!;
        }

        var stands = time?.GetElapsedTime(caller.Value.Since) > StandingMax;
        if (_triggered.First is { } triggered)
        {
            // In turn while the queue stands: neither keeps the other out.
            _isTriggeredNext = stands
                ? !_isTriggeredNext
                : triggered.Value.Arrival < caller.Value.Arrival;
            if (_isTriggeredNext)
            {
                return triggered;
            }
        }

        return stands ? _callers.Last! : caller;
    }

    private void Remove(LinkedListNode<Waiter> node)
    {
        node.List!.Remove(node);
        node.Value.Node = null;
        Interlocked.Decrement(ref _waiting);
    }

    private void Abandon(Waiter waiter, CancellationToken ct)
    {
        lock (_lock)
        {
            if (waiter.Node is not { } node)
            {
                return;
            }

            Remove(node);
        }

        waiter.TrySetCanceled(ct);
    }

    private sealed class Waiter(Gate gate, ulong arrival, long since)
        : TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public ulong Arrival => arrival;

        /// <summary>When it came, as a timestamp.</summary>
        public long Since => since;

        public LinkedListNode<Waiter>? Node { get; set; }

        public void CancelWith(CancellationToken ct)
        {
            if (!ct.CanBeCanceled)
            {
                return;
            }

            var registration = ct.UnsafeRegister(
                static (state, token) =>
                {
                    var waiter = (Waiter)state!;
                    waiter.Gate.Abandon(waiter, token);
                },
                this
            );
            _ = Task.ContinueWith(
                static (_, state) => ((CancellationTokenRegistration)state!).Dispose(),
                registration,
                CancellationToken.None,
                TaskContinuationOptions.ExecuteSynchronously,
                TaskScheduler.Default
            );
        }

        private Gate Gate { get; } = gate;
    }
}
