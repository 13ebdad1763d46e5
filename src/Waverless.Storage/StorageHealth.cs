namespace Waverless.Storage;

/// <summary>Whether a storage engine takes writes. Reads go on in every state.</summary>
public enum StorageHealth
{
    /// <summary>It does.</summary>
    Serving,

    /// <summary>
    /// The disk is full; it serves again by itself some seconds after there is room for a write
    /// buffer (<see cref="RocksDbStorageOptions.WriteBufferBytes"/>).
    /// </summary>
    Full,

    /// <summary>The disk failed; the engine has to be opened again.</summary>
    Stopped,
}
