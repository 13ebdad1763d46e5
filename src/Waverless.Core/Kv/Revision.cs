namespace Waverless.Kv;

/// <summary>
/// The position of a commit in one partition. Numbers grow by one per commit; two revisions are
/// comparable only within the same partition and incarnation. A restore from a backup starts a
/// new incarnation, so that tokens from before it fail instead of lying (SEMANTICS §1).
/// </summary>
/// <param name="Incarnation">Life of the data folder that assigned it.</param>
/// <param name="Partition">Number of the partition that assigned it.</param>
/// <param name="Number">Count of commits; 0 is "before the first".</param>
public readonly record struct Revision(uint Incarnation, int Partition, ulong Number)
{
    /// <summary>Returns <c>incarnation.partition.number</c>.</summary>
    public override string ToString() => $"{Incarnation}.{Partition}.{Number}";
}
