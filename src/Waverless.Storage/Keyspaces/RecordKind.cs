namespace Waverless.Storage.Keyspaces;

/// <summary>Records of a batch, with the tags of RocksDB's write batch format.</summary>
internal enum RecordKind : byte
{
    /// <summary>The key goes.</summary>
    Delete = 0,

    /// <summary>The key gets a value.</summary>
    Put = 1,

    /// <summary>All keys from the key up to the value go.</summary>
    DeleteRange = 15,
}
