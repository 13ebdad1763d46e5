using Waverless.Kv;

namespace Waverless.Locks;

/// <summary>
/// Who holds a lock is decided where its key is at home: how a node asks for locks of keys that are
/// at home on other nodes. Thread-safe.
/// </summary>
internal interface ILockHomes
{
    /// <summary>Whether this node decides.</summary>
    bool IsHere(PartitionId partition);

    /// <summary>
    /// Waits for a lock until it is held and written down; false: this node decides by now.
    /// </summary>
    /// <exception cref="OperationCanceledException">The token fired; the place is given up.</exception>
    /// <exception cref="Invocations.InvocationRefusedException">It cannot be had.</exception>
    ValueTask<bool> AcquireAsync(LockHolder holder, CancellationToken ct);

    /// <summary>Says that a holder lives; null: nobody knows whether it still holds the lock.</summary>
    ValueTask<bool?> RenewAsync(LockHolder holder);

    /// <summary>Ends a hold. When that does not arrive, the end of the lease does it.</summary>
    /// <param name="holder">The holder.</param>
    /// <param name="recordIsGone">Whether the holder's own commit has removed the record.</param>
    ValueTask ReleaseAsync(LockHolder holder, bool recordIsGone);
}
