using Waverless.Locks;

namespace Waverless.Cluster.Locking;

/// <summary>A lock, or a place in its queue, of a holder on another node.</summary>
internal sealed class GivenLock(LockHolder holder, long now)
{
    public LockHolder Holder => holder;

    /// <summary>When it was asked for last, as a timestamp.</summary>
    public long Asked { get; set; } = now;

    /// <summary>Whether it is held and written down; false: this node decides no longer.</summary>
    public Task<bool> Taken { get; set; } = null!;
}
