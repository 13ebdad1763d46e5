using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Waverless.Messaging;
using Waverless.Transport.Lanes;

namespace Waverless.Transport.Serving;

/// <summary>
/// A request that is being answered. Used again once it has been, unless its token was cancelled.
/// </summary>
[SuppressMessage(
    "Design",
    "CA1001:Types that own disposable fields should be disposable",
    Justification = "A source without a timer or a linked token has nothing to free."
)]
internal sealed class ServedRequest
{
    private readonly ServingLane _lane;
    private readonly Action _completed;
    private readonly CancellationTokenSource _stop = new();
    private ValueTaskAwaiter<TransportReply> _reply;

    public ServedRequest(ServingLane lane)
    {
        _lane = lane;
        _completed = () => _lane.OnCompleted(this);
    }

    public ulong Id { get; private set; }

    public int Kind { get; private set; }

    public long Deadline { get; private set; }

    public PooledBody? Body { get; private set; }

    public CancellationToken Token => _stop.Token;

    /// <summary>Whether somebody cancelled it, or is about to.</summary>
    public bool IsCancelled { get; set; }

    /// <summary>Whether it was cancelled because its time had passed.</summary>
    public bool HasExpired { get; set; }

    public void Begin(ulong id, int kind, long deadline, PooledBody? body) =>
        (Id, Kind, Deadline, Body) = (id, kind, deadline, body);

    /// <summary>Tells the lane when the handler has completed.</summary>
    public void Await(ValueTask<TransportReply> reply)
    {
        _reply = reply.GetAwaiter();
        _reply.UnsafeOnCompleted(_completed);
    }

    /// <summary>What the handler answered; throws what it threw.</summary>
    [SuppressMessage(
        "Usage",
        "VSTHRD002:Avoid problematic synchronous waits",
        Justification = "The handler has completed."
    )]
    public TransportReply TakeReply() => _reply.GetResult();

    /// <summary>Does not run what the handler registered upon this thread.</summary>
    public void Cancel() => _ = _stop.CancelAsync();

    /// <summary>Gives the body back; true: it can serve another request.</summary>
    public bool TryReset()
    {
        Body?.Dispose();
        Body = null;
        _reply = default;
        return !IsCancelled && _stop.TryReset();
    }
}
