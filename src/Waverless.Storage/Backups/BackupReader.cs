using System.Text.Json;
using Waverless.Kv;
using Waverless.Storage.Engine;

namespace Waverless.Storage.Backups;

/// <summary>
/// Reads the manifest of a backup. Its text comes from outside: nothing in it is believed.
/// </summary>
internal static class BackupReader
{
    private const int ManifestBytesMax = 64 * 1024 * 1024;

    /// <summary>Reads and checks a manifest.</summary>
    /// <exception cref="StorageException">It is not one, or not one that can be restored.</exception>
    public static BackupManifest Read(string folder)
    {
        var path = Path.Combine(folder, BackupLayout.ManifestFile);
        try
        {
            using var file = File.OpenRead(path);
            if (file.Length > ManifestBytesMax)
            {
                throw Invalid(folder, $"its manifest has {file.Length} bytes");
            }

            return Check(
                folder,
                JsonSerializer.Deserialize(file, BackupJson.Default.BackupManifest)
                    ?? throw Invalid(folder, "its manifest is null")
            );
        }
        catch (JsonException e)
        {
            throw Invalid(folder, $"its manifest cannot be read: {e.Message}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw Invalid(folder, $"{path} cannot be read: {e.Message}", e);
        }
    }

    /// <summary>Says that a folder is not a backup that can be used.</summary>
    public static StorageException Invalid(string folder, string reason, Exception? e = null) =>
        new(
            StorageError.BackupInvalid,
            $"storage: the backup {folder} cannot be used: {reason}",
            e
        );

    private static BackupManifest Check(string folder, BackupManifest manifest)
    {
        if (
            manifest.Version > BackupLayout.Version
            || manifest.StoreFormat > StoreHeader.FormatVersion
        )
        {
            throw new StorageException(
                StorageError.NewerFormat,
                $"storage: the backup {folder} has version {manifest.Version} and store format "
                    + $"{manifest.StoreFormat}, expected at most {BackupLayout.Version} and "
                    + $"{StoreHeader.FormatVersion}: a newer version of Waverless wrote it"
            );
        }

        if (manifest.Version < 1 || manifest.StoreFormat < 1)
        {
            throw Invalid(folder, "its manifest has no version");
        }

        if (manifest.Parts.FirstOrDefault(part => !BackupLayout.IsPart(part)) is { } unknown)
        {
            throw Invalid(folder, $"its manifest names the part '{unknown}'");
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in manifest.Files)
        {
            if (!IsSafe(file.Path, manifest.Parts) || !seen.Add(file.Path) || file.Bytes < 0)
            {
                throw Invalid(folder, $"its manifest names the file '{file.Path}'");
            }
        }

        if (BackupManifest.HashOf(manifest.Files) != manifest.FilesSha256)
        {
            throw Invalid(folder, "the list of files in its manifest was changed");
        }

        return seen.Contains($"{BackupLayout.Store}/CURRENT")
            ? manifest
            : throw Invalid(folder, "its manifest names no store");
    }

    /// <summary>Only names below a part, and none that leads out of it.</summary>
    private static bool IsSafe(string path, IReadOnlyList<string> parts)
    {
        var names = path.Split('/');
        return names.Length > 1
            && parts.Contains(names[0], StringComparer.Ordinal)
            && names.All(name =>
                name.Length > 0
                && name is not ("." or "..")
                && name.AsSpan().IndexOfAny('\\', ':', '\0') < 0
            );
    }
}
