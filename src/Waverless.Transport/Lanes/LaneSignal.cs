using System.Threading.Tasks.Sources;

namespace Waverless.Transport.Lanes;

/// <summary>
/// Wakes one waiting loop, which goes on upon the thread that wakes it. Set at most once between two
/// waits. Allocates nothing.
/// </summary>
internal sealed class LaneSignal : IValueTaskSource
{
    private ManualResetValueTaskSourceCore<bool> _core;

    public void Set() => _core.SetResult(true);

    public ValueTask WaitAsync() => new(this, _core.Version);

    void IValueTaskSource.GetResult(short token)
    {
        _core.GetResult(token);
        _core.Reset();
    }

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource.OnCompleted(
        Action<object?> continuation,
        object? state,
        short token,
        ValueTaskSourceOnCompletedFlags flags
    ) => _core.OnCompleted(continuation, state, token, flags);
}
