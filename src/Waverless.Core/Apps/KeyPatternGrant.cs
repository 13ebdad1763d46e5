namespace Waverless.Apps;

/// <summary>One line of a function's <c>kvs</c>: which keys, and what it may do.</summary>
/// <param name="Pattern">Which keys.</param>
/// <param name="Operations">What the function may do with them.</param>
public sealed record KeyPatternGrant(KeyPattern Pattern, KeyOperations Operations)
{
    /// <summary>The manifest line of the declaration, from 1; 0 when declared in code.</summary>
    public int Line { get; init; }

    /// <summary>
    /// Which placeholder of the pattern (from 0) decides a key's partition; null: none, such keys
    /// live in partition 0 unless another grant of the app says otherwise.
    /// </summary>
    public int? PartitionPlaceholder { get; init; }
}
