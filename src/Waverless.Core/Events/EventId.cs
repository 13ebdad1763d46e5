using Waverless.Kv;

namespace Waverless.Events;

/// <summary>Stable identity of an event: the partition and commit that created it.</summary>
/// <param name="Source">Partition whose commit created it.</param>
/// <param name="Revision">Revision number of that commit.</param>
/// <param name="Ordinal">Which of that commit's events.</param>
public readonly record struct EventId(PartitionId Source, ulong Revision, int Ordinal)
{
    /// <summary>Returns <c>app#partition/revision.ordinal</c>.</summary>
    public override string ToString() => $"{Source}/{Revision}.{Ordinal}";
}
