namespace Waverless.Kv;

/// <summary>
/// What a storage engine can do, so that Core can adapt or refuse with a clear error.
/// </summary>
[Flags]
public enum StorageCapabilities
{
    /// <summary>Nothing beyond reads and writes.</summary>
    None = 0,

    /// <summary>Acknowledged commits survive the death of the process.</summary>
    SurvivesProcess = 1,

    /// <summary>Acknowledged commits survive a power failure.</summary>
    SurvivesPowerLoss = 2,

    /// <summary>Reads are served in this process, without a network hop.</summary>
    LocalReads = 4,

    /// <summary>Single-key operations and commits are linearizable per partition.</summary>
    Linearizable = 8,

    /// <summary>Backups of the running store can be made and restored.</summary>
    Backup = 16,
}
