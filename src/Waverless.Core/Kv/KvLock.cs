using Waverless.Locks;

namespace Waverless.Kv;

/// <summary>
/// A lock that the host's code holds. Disposing it frees the key, once; so does the end of its
/// lease, and a restart of the node. A batch with <see cref="KvBatch.RequireLock"/> takes effect
/// only while it is held. Thread-safe.
/// </summary>
public sealed class KvLock : IAsyncDisposable
{
    private readonly LockLeases _leases;
    private readonly CancellationTokenSource _lost = new();

    internal KvLock(LockLeases leases, LockHolder holder)
    {
        _leases = leases;
        Holder = holder;
        holder.OnLost = _lost.Cancel;
        if (holder.IsLost)
        {
            _lost.Cancel();
        }
    }

    /// <summary>The locked key.</summary>
    public KvKey Key => Holder.Name.Key;

    /// <summary>Alone, or together with other readers.</summary>
    public LockMode Mode => Holder.Mode;

    /// <summary>
    /// The fencing token: grows with each holder of the key. Something outside that remembers the
    /// highest number it has seen can refuse a stale holder.
    /// </summary>
    public Revision Token => Holder.Token;

    /// <summary>Cancelled when the lock is lost before it is disposed.</summary>
    public CancellationToken Lost => _lost.Token;

    internal LockHolder Holder { get; }

    /// <summary>Frees the key.</summary>
    public ValueTask DisposeAsync() => _leases.ReleaseAsync(Holder);
}
