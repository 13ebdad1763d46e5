namespace Waverless.Messaging.Memory;

/// <summary>A request at the node that handles it. Used under the network's lock.</summary>
internal sealed class ServedRequest(MemoryTransport at, PendingRequest request) : IDisposable
{
    private readonly CancellationTokenSource _cancellation = new();
    private volatile bool _isDone;

    public MemoryTransport At => at;

    public PendingRequest Request => request;

    public CancellationToken Token => _cancellation.Token;

    public void Dispose()
    {
        _isDone = true;
        _cancellation.Dispose();
    }

    /// <summary>Cancels it on the node's own scheduler: a dead node hears nothing.</summary>
    public void Cancel()
    {
        if (!_isDone)
        {
            at.Start(CancelHere);
        }
    }

    private Task CancelHere()
    {
        if (!_isDone)
        {
            // Not CancelAsync: that one leaves the scheduler.
            _cancellation.Cancel();
        }

        return Task.CompletedTask;
    }
}
