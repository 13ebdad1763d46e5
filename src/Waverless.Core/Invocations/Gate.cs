using System.Diagnostics;

namespace Waverless.Invocations;

/// <summary>
/// Admission: at most <paramref name="concurrency"/> inside, at most <paramref name="queueMax"/>
/// waiting, first come first served. Entering a gate with room costs one interlocked exchange.
/// </summary>
internal sealed class Gate(int concurrency, int queueMax)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<Waiter> _waiters = new();
    private int _active;
    private int _waiting;

    public int Active => Volatile.Read(ref _active);

    public int Waiting => Volatile.Read(ref _waiting);

    public bool TryEnter() => Volatile.Read(ref _waiting) == 0 && TryTake();

    /// <summary>Waits for a place. False: the queue is full.</summary>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public ValueTask<bool> EnterAsync(CancellationToken ct)
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
            if (_waiters.Count == 0 && TryTake())
            {
                Interlocked.Decrement(ref _waiting);
                return new ValueTask<bool>(true);
            }

            waiter = new Waiter(this);
            waiter.Node = _waiters.AddLast(waiter);
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
            while (_waiters.First is { } first && TryTake())
            {
                Remove(first);
                first.Value.TrySetResult(true);
            }
        }
    }

    private void Remove(LinkedListNode<Waiter> node)
    {
        _waiters.Remove(node);
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

    private sealed class Waiter(Gate gate)
        : TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously)
    {
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
