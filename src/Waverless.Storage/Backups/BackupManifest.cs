using System.Security.Cryptography;
using System.Text;
using Waverless.Maintenance;

namespace Waverless.Storage.Backups;

/// <summary>What a backup holds, as its manifest file says.</summary>
internal sealed record BackupManifest
{
    /// <summary>Version of the backup's layout.</summary>
    public required int Version { get; init; }

    /// <summary>Format of the store in it.</summary>
    public required uint StoreFormat { get; init; }

    /// <summary>Life of the data that was copied.</summary>
    public required uint Incarnation { get; init; }

    /// <summary>The moment that it shows.</summary>
    public required DateTimeOffset CreatedUtc { get; init; }

    /// <summary>What it has: the store, and what belongs beside it.</summary>
    public required IReadOnlyList<string> Parts { get; init; }

    /// <summary>The partitions with their newest revisions.</summary>
    public required IReadOnlyList<BackupEntry> Partitions { get; init; }

    /// <summary>Every file.</summary>
    public required IReadOnlyList<BackupFile> Files { get; init; }

    /// <summary>Hash over the list of files, so that a lost line is noticed.</summary>
    public required string FilesSha256 { get; init; }

    /// <summary>The hash that <see cref="FilesSha256"/> should have.</summary>
    public static string HashOf(IReadOnlyList<BackupFile> files)
    {
        var text = new StringBuilder();
        foreach (var file in files)
        {
            text.Append(file.Path).Append('\n').Append(file.Bytes).Append('\n');
            text.Append(file.Sha256).Append('\n');
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString())));
    }

    /// <summary>What a caller is told.</summary>
    public BackupReport Report(string folder) =>
        new(
            folder,
            CreatedUtc,
            Incarnation,
            Files.Count,
            Files.Sum(file => file.Bytes),
            [.. Partitions.Select(p => new BackupPartition(new(p.App, p.Number), p.Revision))]
        );
}

/// <summary>A partition in the manifest file.</summary>
/// <param name="App">Its app.</param>
/// <param name="Number">Its number.</param>
/// <param name="Revision">Its newest revision.</param>
internal sealed record BackupEntry(string App, int Number, ulong Revision);
