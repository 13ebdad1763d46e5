using Waverless.Events;
using Waverless.Kv;
using Waverless.Timers;

namespace Waverless.Cluster;

/// <summary>Who hears of commits on a node: what is due now, and what is due later.</summary>
internal sealed class CommitListeners(EventPump pump, DeadlineDriver deadlines) : ICommitListener
{
    public void OnCommitted(
        PartitionId p,
        Revision revision,
        Commit commit,
        ReadOnlySpan<int> skippedOrdinals
    )
    {
        pump.OnCommitted(p, revision, commit, skippedOrdinals);
        deadlines.OnCommitted(p, revision, commit, skippedOrdinals);
    }
}
