using Waverless.Kv;

namespace Waverless.Storage.Apply;

/// <summary>What apply decided about a commit.</summary>
internal enum ApplyOutcome
{
    /// <summary>Its records are in the batch.</summary>
    Applied,

    /// <summary>It changes nothing; the result says why.</summary>
    Answered,

    /// <summary>
    /// It needs ordered reads, but earlier commits of the group are not written yet: write the
    /// group so far and decide again.
    /// </summary>
    WriteGroupFirst,
}

/// <summary>A decision with the result to give once the batch is written.</summary>
/// <param name="Outcome">What to do.</param>
/// <param name="Result">What to answer.</param>
internal readonly record struct ApplyDecision(ApplyOutcome Outcome, CommitResult Result)
{
    /// <summary>An answer without an effect.</summary>
    public static ApplyDecision Answer(CommitResult result) => new(ApplyOutcome.Answered, result);

    /// <summary>A rejection.</summary>
    public static ApplyDecision Reject(CommitRejection rejection, string reason) =>
        Answer(CommitResult.Rejected(rejection, reason));
}
