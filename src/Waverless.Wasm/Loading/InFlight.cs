namespace Waverless.Wasm.Loading;

/// <summary>Counts the invocations of an app, so that it is not unloaded under them.</summary>
internal sealed class InFlight
{
    private const long Closed = 1L << 62;

    private readonly TaskCompletionSource _drained = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );

    // The count, plus Closed once nobody may enter any more.
    private long _state;

    /// <summary>False once <see cref="CloseAsync"/> was called.</summary>
    internal bool TryEnter()
    {
        if (Interlocked.Increment(ref _state) < Closed)
        {
            return true;
        }

        Exit();
        return false;
    }

    internal void Exit()
    {
        if (Interlocked.Decrement(ref _state) == Closed)
        {
            _drained.TrySetResult();
        }
    }

    /// <summary>Refuses newcomers and waits for the rest. May be called again.</summary>
    internal Task CloseAsync(CancellationToken ct)
    {
        if (Interlocked.Or(ref _state, Closed) is 0 or Closed)
        {
            _drained.TrySetResult();
        }

        return _drained.Task.WaitAsync(ct);
    }
}
