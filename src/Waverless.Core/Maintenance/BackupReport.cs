using Waverless.Kv;

namespace Waverless.Maintenance;

/// <summary>What a backup holds.</summary>
/// <param name="Folder">Where it is.</param>
/// <param name="CreatedUtc">The moment that it shows.</param>
/// <param name="Incarnation">Life of the data that was copied.</param>
/// <param name="Files">Count of files, without the manifest.</param>
/// <param name="Bytes">Bytes of those files.</param>
/// <param name="Partitions">Every partition with its newest revision.</param>
public sealed record BackupReport(
    string Folder,
    DateTimeOffset CreatedUtc,
    uint Incarnation,
    int Files,
    long Bytes,
    IReadOnlyList<BackupPartition> Partitions
);

/// <summary>A partition in a backup.</summary>
/// <param name="Id">Which.</param>
/// <param name="Revision">Number of its newest commit in the backup.</param>
public readonly record struct BackupPartition(PartitionId Id, ulong Revision);
