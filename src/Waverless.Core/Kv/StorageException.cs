namespace Waverless.Kv;

/// <summary>Where storage failed and who can mend it.</summary>
public enum StorageError
{
    /// <summary>Another process holds the data folder. The operator's to mend.</summary>
    FolderInUse,

    /// <summary>
    /// The folder was written by a newer version of Waverless. The operator's to mend.
    /// </summary>
    NewerFormat,

    /// <summary>The folder cannot be created, read or written. The operator's to mend.</summary>
    FolderUnusable,

    /// <summary>
    /// Stored bytes are not what was written. The operator's to mend: restore a backup.
    /// </summary>
    Corrupted,

    /// <summary>
    /// The change log no longer reaches back that far. The caller's: start from a scan.
    /// </summary>
    Compacted,

    /// <summary>
    /// The token belongs to another incarnation or partition. The caller's fault.
    /// </summary>
    ForeignRevision,

    /// <summary>The engine is closed.</summary>
    Closed,

    /// <summary>
    /// The disk failed or is full while reading or opening. The operator's to mend.
    /// </summary>
    Failed,

    /// <summary>
    /// This engine cannot do it; its capabilities say so. The caller's fault.
    /// </summary>
    Unsupported,

    /// <summary>
    /// The folder is not a backup, is incomplete or was changed. The operator's to mend: take
    /// another backup.
    /// </summary>
    BackupInvalid,

    /// <summary>
    /// The continuation token is not one that this store gave for this scan. The caller's fault.
    /// </summary>
    TokenInvalid,

    /// <summary>
    /// The node where the partition is at home cannot be reached, or is moving it; try later.
    /// </summary>
    Unavailable,
}

/// <summary>
/// The one exception of storage engines; the message names the thing and what was expected.
/// </summary>
/// <param name="error">Where it failed.</param>
/// <param name="message">What failed and what was expected.</param>
/// <param name="inner">The cause, if there is one.</param>
public sealed class StorageException(StorageError error, string message, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>Where it failed.</summary>
    public StorageError Error { get; } = error;
}
