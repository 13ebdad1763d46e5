namespace Waverless.Kv;

/// <summary>A write that has no result to return, such as a piece of a blob, was refused.</summary>
/// <param name="result">Why.</param>
public sealed class KvWriteException(CommitResult result)
    : Exception(result.Reason ?? $"The write ended as {result.Status}.")
{
    /// <summary>Why.</summary>
    public CommitResult Result { get; } = result;
}
