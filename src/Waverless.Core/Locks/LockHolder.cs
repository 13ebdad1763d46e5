using Waverless.Kv;

namespace Waverless.Locks;

/// <summary>A lock that is held, or a place in the queue for it.</summary>
/// <param name="name">What is locked.</param>
/// <param name="mode">Alone, or together with other readers.</param>
/// <param name="lease">How long it is held; null: until it is released, renewed meanwhile.</param>
internal sealed class LockHolder(LockName name, LockMode mode, TimeSpan? lease = null)
{
    private TaskCompletionSource _turn = NewTurn();
    private volatile bool _isLost;
    private int _isEnded;

    public LockName Name => name;

    public LockMode Mode => mode;

    public TimeSpan? Lease => lease;

    /// <summary>Tells it from other holders of its node; 0: it never asked another node.</summary>
    public ulong Hold { get; set; }

    /// <summary>Whether another node decides about it.</summary>
    public bool IsElsewhere { get; set; }

    /// <summary>Whether a hold that another node has given was given up.</summary>
    public bool IsEnded => Volatile.Read(ref _isEnded) != 0;

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

    /// <summary>Stands in a queue again.</summary>
    public void BeginAgain() => _turn = NewTurn();

    /// <summary>Gives up a hold that another node has given; false: that has been done.</summary>
    public bool TryEnd() => Interlocked.Exchange(ref _isEnded, 1) == 0;

    private static TaskCompletionSource NewTurn() =>
        new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Lose()
    {
        _isLost = true;
        OnLost?.Invoke();
    }
}
