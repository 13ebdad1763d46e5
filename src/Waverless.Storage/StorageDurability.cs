namespace Waverless.Storage;

/// <summary>What an acknowledged commit survives.</summary>
public enum StorageDurability
{
    /// <summary>The death of the process: the log is written to the operating system.</summary>
    Process,

    /// <summary>A power failure: the log is forced to the disk, many commits at a time.</summary>
    Disk,
}
