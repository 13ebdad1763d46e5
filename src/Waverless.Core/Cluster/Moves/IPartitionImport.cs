namespace Waverless.Cluster.Moves;

/// <summary>Writes a partition that comes from another node. One writer at a time.</summary>
internal interface IPartitionImport
{
    /// <summary>Writes records, over what was written of them before.</summary>
    /// <exception cref="Kv.StorageException">
    /// A record is none of a partition, or the disk refused.
    /// </exception>
    void Write(IReadOnlyList<MovedRecord> records);

    /// <summary>
    /// The partition is one of the engine's from here on, also after a crash. Returns the number
    /// of its newest commit.
    /// </summary>
    /// <exception cref="Kv.StorageException">The disk refused.</exception>
    ulong Complete();

    /// <summary>Removes what was written.</summary>
    void Discard();
}
