using Waverless.Kv;

namespace Waverless.Storage.Backups;

/// <summary>Compares the files of a backup with its manifest.</summary>
internal static class BackupCheck
{
    /// <summary>Reads every file.</summary>
    /// <exception cref="StorageException">One is missing or was changed; it is named.</exception>
    public static async Task<BackupManifest> RunAsync(string backup, CancellationToken ct)
    {
        var manifest = BackupReader.Read(backup);
        foreach (var file in manifest.Files)
        {
            var path = Path.Combine(backup, file.Path);
            var (bytes, sha256) = File.Exists(path)
                ? await FolderCopy.HashAsync(path, ct)
                : throw BackupReader.Invalid(backup, $"the file {file.Path} is missing");
            Compare(backup, file, bytes, sha256);
        }

        return manifest;
    }

    /// <summary>Compares what was read of a file with what it should be.</summary>
    public static void Compare(string backup, BackupFile expected, long bytes, string sha256)
    {
        if (bytes != expected.Bytes || sha256 != expected.Sha256)
        {
            throw BackupReader.Invalid(
                backup,
                $"the file {expected.Path} has {bytes} bytes and the hash {sha256}, expected "
                    + $"{expected.Bytes} and {expected.Sha256}"
            );
        }
    }
}
