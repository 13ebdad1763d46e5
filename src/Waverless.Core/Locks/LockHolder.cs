using Waverless.Kv;

namespace Waverless.Locks;

/// <summary>A lock that is held, or a place in the queue for it.</summary>
internal sealed class LockHolder(LockName name, LockMode mode)
{
    private readonly TaskCompletionSource _turn = new(
        TaskCreationOptions.RunContinuationsAsynchronously
    );
    private volatile bool _isLost;

    public LockName Name => name;

    public LockMode Mode => mode;

    /// <summary>Completes when nobody else is in the way.</summary>
    public Task Turn => _turn.Task;

    /// <summary>Place in the queue; null once it is given up. Used under the table's lock.</summary>
    public LinkedListNode<LockHolder>? Node { get; set; }

    /// <summary>Key of the record that stands for the hold; empty before there is one.</summary>
    public byte[] Record { get; set; } = [];

    /// <summary>The fencing token: where the lock was taken.</summary>
    public Revision Token { get; set; }

    /// <summary>When the lease ends, Unix milliseconds.</summary>
    public long DeadlineMs { get; set; }

    /// <summary>Whether it was taken away: the lease has ended before the hold.</summary>
    public bool IsLost => _isLost;

    /// <summary>Hears that it was taken away.</summary>
    public Action? OnLost { get; set; }

    public void Grant() => _turn.TrySetResult();

    /// <summary>Ends the waiting for the turn as cancelled, unless it has come.</summary>
    public void GiveUp() => _turn.TrySetCanceled();

    public void Lose()
    {
        _isLost = true;
        OnLost?.Invoke();
    }
}
