namespace Waverless.Storage;

/// <summary>
/// A storage engine could not be opened or read. Writes never throw it: their failures are
/// results of the commit.
/// </summary>
public sealed class StorageException : Exception
{
    /// <summary>Creates the exception.</summary>
    public StorageException(StorageError error, string message, Exception? inner = null)
        : base(message, inner) => Error = error;

    /// <summary>What went wrong.</summary>
    public StorageError Error { get; }
}
