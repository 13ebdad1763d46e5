namespace Waverless.Maintenance;

/// <summary>What an integrity check has seen.</summary>
/// <param name="Partitions">Partitions that were walked.</param>
/// <param name="Records">Records that were read.</param>
/// <param name="Bytes">Bytes of their keys and values.</param>
/// <param name="DefectCount">Everything that is wrong.</param>
/// <param name="Defects">
/// The first of them, at most <see cref="DefectsMax"/>: each names the partition, the record and
/// what was expected.
/// </param>
public sealed record IntegrityReport(
    int Partitions,
    long Records,
    long Bytes,
    long DefectCount,
    IReadOnlyList<string> Defects
)
{
    /// <summary>Most defects that are told one by one.</summary>
    public const int DefectsMax = 100;

    /// <summary>Whether nothing is wrong.</summary>
    public bool IsSound => DefectCount == 0;
}
