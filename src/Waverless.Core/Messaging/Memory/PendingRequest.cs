using System.Buffers;

namespace Waverless.Messaging.Memory;

/// <summary>A request on its way, being handled, or answered. Used under the network's lock.</summary>
internal sealed class PendingRequest(MemoryTransport from, NodeAddress to)
{
    private readonly TaskCompletionSource<TransportReply> _answer = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );

    public MemoryTransport From => from;

    public Task<TransportReply> Answer => _answer.Task;

    public bool IsDone => _answer.Task.IsCompleted;

    /// <summary>Who handles it, from when it has arrived.</summary>
    public ServedRequest? Served { get; set; }

    /// <summary>Ends the registration at the caller's token.</summary>
    public CancellationTokenRegistration Registration { get; set; }

    public void Succeed(byte[] body) =>
        Complete(new TransportReply(new ReadOnlySequence<byte>(body)));

    public void Fail(TransportErrorCode code, string what) =>
        Fail(new TransportError(code, from.Local.Id, $"{to} {what}"));

    public void Fail(TransportError error) => Complete(new TransportReply(error));

    private void Complete(TransportReply reply)
    {
        if (_answer.TrySetResult(reply))
        {
            from.Forget(this);

            // Never waits for a callback that runs: that one waits for the lock we hold.
            Registration.Unregister();
        }
    }
}
