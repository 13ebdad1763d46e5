namespace Waverless.Transactions;

/// <summary>Bounds of a function that runs as a transaction.</summary>
internal static class TransactionLimits
{
    /// <summary>Most keys that a serializable run reads; then <c>TooManyReads</c>.</summary>
    public const int ReadsMax = 1_000;

    /// <summary>
    /// Most separate ranges that a serializable run scans; then <c>TooManyReads</c>. Pages of one
    /// scan are one range.
    /// </summary>
    public const int RangesMax = 64;

    /// <summary>After so many conflicts a run gets the partition's exclusive turn.</summary>
    public const int ConflictsMax = 5;

    /// <summary>Most calls of other functions in one run; then <c>TooLarge</c>.</summary>
    public const int CallsMax = 1_000;

    /// <summary>Longest answer that is recorded; a longer one is asked for again.</summary>
    public const int AnswerBytesMax = 64 * 1024;

    /// <summary>Hours for which a recorded answer outlives an event that never completes.</summary>
    public const int AnswerHours = 24;
}
