using Waverless.Invocations;
using Waverless.Kv;

namespace Waverless.Transactions;

/// <summary>
/// Where the answer of a call is to be recorded: in the callee's own commit, if that goes to the
/// same partition, so that not even a crash comes between its effect and the record.
/// </summary>
internal sealed class AnswerSlot(PartitionId partition, byte[] key, byte[] hash, long deadlineMs)
{
    public PartitionId Partition => partition;

    /// <summary>Store time at which the record goes.</summary>
    public long DeadlineMs => deadlineMs;

    /// <summary>Whether the callee's commit has recorded it.</summary>
    public bool IsRecorded { get; set; }

    /// <summary>Appends the record of an answer.</summary>
    public void AppendTo(Commit commit, in InvocationResult answer) =>
        commit.PutUntil(key, RecordedCall.Of(hash, answer).Encode(), deadlineMs, KeyArea.System);
}
