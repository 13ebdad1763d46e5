namespace Waverless.Cluster.Membership;

/// <summary>
/// What a node tells about its load; opaque here. The one with the highest counter of the latest
/// life holds.
/// </summary>
internal sealed record LoadReport(ulong Boot, ulong Counter, ReadOnlyMemory<byte> Body)
{
    /// <summary>Bytes of one report.</summary>
    public const int BytesMax = 1024;

    public bool Overrides(LoadReport? other) =>
        other is null || (Boot, Counter).CompareTo((other.Boot, other.Counter)) > 0;
}
