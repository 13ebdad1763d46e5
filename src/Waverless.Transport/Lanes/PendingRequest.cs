using System.Threading.Tasks.Sources;
using Waverless.Messaging;

namespace Waverless.Transport.Lanes;

/// <summary>
/// A request that waits for its answer. Used again once its answer has been taken, so that a request
/// allocates nothing.
/// </summary>
internal sealed class PendingRequest(RequestLane lane) : IValueTaskSource<TransportReply>
{
    private static readonly Action<object?> Cancelled = state =>
    {
        var request = (PendingRequest)state!;
        request._lane.Cancel(request.Id);
    };

    private readonly RequestLane _lane = lane;
    private CancellationTokenRegistration _registration;

    // The continuation is the caller's code: it must not run on, and so hold up, the reading loop.
    private ManualResetValueTaskSourceCore<TransportReply> _core = new()
    {
        RunContinuationsAsynchronously = true,
    };

    /// <summary>Its number on the wire.</summary>
    public ulong Id { get; set; }

    /// <summary>When it ends as timed out, by the clock's timestamps.</summary>
    public long Deadline { get; set; }

    /// <summary>When it was sent; 0: nobody wants to know.</summary>
    public long Began { get; set; }

    public ValueTask<TransportReply> Reply => new(this, _core.Version);

    /// <summary>Called once the request is pending; the caller has not begun to wait.</summary>
    public void EndWith(CancellationToken ct)
    {
        if (ct.CanBeCanceled)
        {
            _registration = ct.UnsafeRegister(Cancelled, this);
        }
    }

    /// <summary>Called once, by whoever took it from the pending ones.</summary>
    public void Complete(in TransportReply reply) => _core.SetResult(reply);

    TransportReply IValueTaskSource<TransportReply>.GetResult(short token)
    {
        // Waits for a cancellation that runs right now, so that it cannot meet the next request.
        _registration.Dispose();
        _registration = default;
        var reply = _core.GetResult(token);
        _core.Reset();
        _lane.Return(this);
        return reply;
    }

    ValueTaskSourceStatus IValueTaskSource<TransportReply>.GetStatus(short token) =>
        _core.GetStatus(token);

    void IValueTaskSource<TransportReply>.OnCompleted(
        Action<object?> continuation,
        object? state,
        short token,
        ValueTaskSourceOnCompletedFlags flags
    ) => _core.OnCompleted(continuation, state, token, flags);
}
