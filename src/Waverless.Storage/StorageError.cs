namespace Waverless.Storage;

/// <summary>What went wrong in a storage engine, and whose turn it is to act.</summary>
public enum StorageError
{
    /// <summary>Reading or writing a file failed; the operator looks at the disk.</summary>
    InputOutput,

    /// <summary>The disk is full; free space, service resumes by itself.</summary>
    OutOfSpace,

    /// <summary>Another process, or another engine of this process, holds the folder.</summary>
    FolderInUse,

    /// <summary>Stored bytes fail their checks; restore from a backup.</summary>
    Corrupt,

    /// <summary>A newer version of the software wrote the folder; upgrade this one.</summary>
    NewerFormat,

    /// <summary>The native library could not be loaded on this platform.</summary>
    NativeLibraryMissing,
}
