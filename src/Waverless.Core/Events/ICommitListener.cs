using Waverless.Kv;

namespace Waverless.Events;

/// <summary>
/// Hears of committed events in memory, so that they start without a disk read. The engine calls
/// it once per commit that carries events or completions, in revision order per partition, after
/// the commit is as durable as configured and before <c>CommitAsync</c> returns.
/// </summary>
public interface ICommitListener
{
    /// <summary>Takes note of a commit. Must not block, throw or keep the arguments.</summary>
    /// <param name="p">Partition that was changed.</param>
    /// <param name="revision">Where the commit took effect.</param>
    /// <param name="commit">What took effect; valid only during the call.</param>
    /// <param name="skippedOrdinals">
    /// Ordinals of events whose condition did not hold, ascending; they were not stored.
    /// </param>
    void OnCommitted(
        PartitionId p,
        Revision revision,
        Commit commit,
        ReadOnlySpan<int> skippedOrdinals
    );
}
