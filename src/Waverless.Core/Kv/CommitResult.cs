namespace Waverless.Kv;

/// <summary>How a commit ended.</summary>
public enum CommitStatus
{
    /// <summary>Everything in it took effect at <see cref="CommitResult.Revision"/>.</summary>
    Committed,

    /// <summary>A condition did not hold; nothing took effect.</summary>
    ConditionFailed,

    /// <summary>
    /// Refused before anything took effect; <see cref="CommitResult.Rejection"/> says why.
    /// </summary>
    Rejected,

    /// <summary>No answer: it may have taken effect. Repeat it with the same command id.</summary>
    Unknown,
}

/// <summary>Why a commit was rejected.</summary>
public enum CommitRejection
{
    /// <summary>It was not rejected.</summary>
    None,

    /// <summary>
    /// The disk is full or a bound on disk was reached. Reads go on. The operator's to mend.
    /// </summary>
    StorageFull,

    /// <summary>The disk failed. The operator's to mend.</summary>
    StorageFailed,

    /// <summary>
    /// The backlog of events is at its bound; try later. The caller's to slow down.
    /// </summary>
    Overloaded,

    /// <summary>A key, value or batch is larger than allowed. The caller's fault.</summary>
    TooLarge,

    /// <summary>The commit's bytes are malformed. The caller's fault.</summary>
    Malformed,

    /// <summary>The keys belong to more than one partition. The caller's fault.</summary>
    CrossPartition,

    /// <summary>The engine is closed or closing.</summary>
    Closed,

    /// <summary>
    /// A message goes to a function that is not deployed or not declared. The caller's fault.
    /// </summary>
    NotDeliverable,

    /// <summary>
    /// The idempotency key is not legal, or was used for something else. The caller's fault.
    /// </summary>
    IdempotencyKeyReused,

    /// <summary>
    /// The app would keep more than its quota allows. Deletions always go. The app's to mend.
    /// </summary>
    QuotaExceeded,

    /// <summary>It names a function that is not deployed. The caller's fault.</summary>
    UnknownFunction,

    /// <summary>
    /// The node where the partition is at home cannot be reached, or is moving it; try later.
    /// </summary>
    Unavailable,
}

/// <summary>What became of a commit. Expected failures are values, not exceptions.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="Revision">Where it took effect, if it did.</param>
/// <param name="FailedCondition">Index of the first condition that failed, else -1.</param>
/// <param name="Rejection">Why it was rejected, if it was.</param>
/// <param name="Reason">Detail for a person, if it was rejected.</param>
public readonly record struct CommitResult(
    CommitStatus Status,
    Revision Revision,
    int FailedCondition = -1,
    CommitRejection Rejection = CommitRejection.None,
    string? Reason = null
)
{
    /// <summary>Whether everything took effect.</summary>
    public bool IsCommitted => Status == CommitStatus.Committed;

    /// <summary>A result for a commit that took effect.</summary>
    /// <param name="revision">Where.</param>
    public static CommitResult Committed(Revision revision) =>
        new(CommitStatus.Committed, revision);

    /// <summary>A result for a condition that did not hold.</summary>
    /// <param name="index">Which of the commit's conditions, in the order they were added.</param>
    public static CommitResult ConditionFailed(int index) =>
        new(CommitStatus.ConditionFailed, default, index);

    /// <summary>A result for a commit that was refused.</summary>
    /// <param name="rejection">Why.</param>
    /// <param name="reason">Detail that names the thing and what was expected.</param>
    public static CommitResult Rejected(CommitRejection rejection, string reason) =>
        new(CommitStatus.Rejected, default, -1, rejection, reason);
}
