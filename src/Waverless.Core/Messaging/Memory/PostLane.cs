using System.Buffers;
using System.Diagnostics;

namespace Waverless.Messaging.Memory;

/// <summary>
/// Posts from one node to another: handled in order, one at a time, so many on their way at once
/// and no more. Used under the network's lock.
/// </summary>
internal sealed class PostLane(MemoryTransport from, MemoryTransport to)
{
    private readonly Queue<TaskCompletionSource<bool>> _waiting = new();
    private readonly Queue<(ushort Kind, byte[] Body, ActivityContext Trace)> _arrived = new();
    private int _onTheWay;
    private bool _isDraining;
    private bool _isClosed;

    public MemoryTransport To => to;

    /// <summary>Room for one more; false in the end: the lane was closed.</summary>
    public Task<bool> EnterAsync()
    {
        if (_isClosed)
        {
            return Task.FromResult(false);
        }

        if (_onTheWay < from.Options.PostsMax)
        {
            _onTheWay++;
            return Task.FromResult(true);
        }

        var waiter = new TaskCompletionSource<bool>(
            TaskCreationOptions.RunContinuationsAsynchronously
        );
        _waiting.Enqueue(waiter);
        return waiter.Task;
    }

    /// <summary>Takes a place that has to be there: a post that arrives twice.</summary>
    public void EnterAgain() => _onTheWay++;

    /// <summary>A post was handled or lost, or its sender does not want the place any more.</summary>
    public void Leave()
    {
        while (_waiting.TryDequeue(out var next))
        {
            if (next.TrySetResult(true))
            {
                return;
            }
        }

        _onTheWay--;
    }

    public void Arrive(ushort kind, byte[] body, ActivityContext trace)
    {
        if (_isClosed)
        {
            return;
        }

        _arrived.Enqueue((kind, body, trace));
        if (!_isDraining)
        {
            _isDraining = true;
            to.Start(DrainAsync);
        }
    }

    public void Close()
    {
        _isClosed = true;
        _arrived.Clear();
        while (_waiting.TryDequeue(out var waiter))
        {
            waiter.TrySetResult(false);
        }
    }

    private async Task DrainAsync()
    {
        while (TryTake(out var message))
        {
            try
            {
                await to.Handler.OnPostAsync(from.Local.Id, message);
            }
            catch (Exception failure)
            {
                to.Failed(failure);
            }

            lock (to.Network.Gate)
            {
                Leave();
            }
        }
    }

    private bool TryTake(out TransportMessage message)
    {
        lock (to.Network.Gate)
        {
            _isDraining = _arrived.TryDequeue(out var next);
            message = _isDraining
                ? new TransportMessage(
                    next.Kind,
                    new ReadOnlySequence<byte>(next.Body),
                    Trace: next.Trace
                )
                : default;
            return _isDraining;
        }
    }
}
