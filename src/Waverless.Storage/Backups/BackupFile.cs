namespace Waverless.Storage.Backups;

/// <summary>A file of a backup.</summary>
/// <param name="Path">From the backup's folder, with slashes.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Hash of its content, lower-case hexadecimal.</param>
internal sealed record BackupFile(string Path, long Bytes, string Sha256);
