namespace Waverless.Maintenance;

/// <summary>A count of records with their bytes.</summary>
/// <param name="Count">How many.</param>
/// <param name="Bytes">
/// Bytes of keys and values, before compression. Of an estimate: from the sizes of files.
/// </param>
/// <param name="IsExact">
/// False: there are more than <see cref="CountedMax"/>, and the rest is estimated from the sizes
/// of files and the average record. It may be off by a tenth, and more where records of the same
/// keys were just replaced or deleted.
/// </param>
public readonly record struct SizeEstimate(long Count, long Bytes, bool IsExact)
{
    /// <summary>Records that are counted one by one before the rest is estimated.</summary>
    public const int CountedMax = 10_000;
}
