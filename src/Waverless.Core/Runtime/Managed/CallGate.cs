using Waverless.Apps;

namespace Waverless.Runtime.Managed;

/// <summary>
/// Lets one call at a time through to an invocation's host, and none once it is closed: a host
/// must not be used after its invocation, which a delegate that ignores its deadline would do.
/// </summary>
internal struct CallGate
{
    private const int Idle = 0;
    private const int Busy = 1;
    private const int Closed = 2;

    private int _state;
    private TaskCompletionSource? _left;

    /// <summary>Whether the invocation has ended.</summary>
    public readonly bool IsClosed => Volatile.Read(in _state) == Closed;

    /// <exception cref="InvalidOperationException">Closed, or a call is under way.</exception>
    public void Enter(FunctionAddress function)
    {
        switch (Interlocked.CompareExchange(ref _state, Busy, Idle))
        {
            case Busy:
                throw new InvalidOperationException(
                    $"'{function}' called the platform while another call of the same invocation "
                        + "was under way; await one call before making the next."
                );
            case Closed:
                throw Ended(function);
        }
    }

    /// <summary>What who comes too late is told.</summary>
    public static InvalidOperationException Ended(FunctionAddress function) =>
        new(
            $"This invocation of '{function}' has ended: it returned, or its deadline passed. "
                + "Use its FunctionContext only until then."
        );

    public void Leave()
    {
        if (Interlocked.CompareExchange(ref _state, Idle, Busy) == Closed)
        {
            _left!.TrySetResult();
        }
    }

    /// <summary>Closes, and waits for a call under way.</summary>
    public ValueTask CloseAsync()
    {
        if (Interlocked.CompareExchange(ref _state, Closed, Idle) is Idle or Closed)
        {
            return ValueTask.CompletedTask;
        }

        _left = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        return Interlocked.Exchange(ref _state, Closed) == Busy
            ? new ValueTask(_left.Task)
            : ValueTask.CompletedTask;
    }
}
