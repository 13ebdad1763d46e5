namespace Waverless.Cluster.Moves;

/// <summary>
/// Reads all of a partition: first the state of the beginning, then what has been touched since,
/// for as long as that goes on. Once nothing commits any more, whoever has read all has the whole.
/// One reader at a time.
/// </summary>
internal interface IPartitionExport : IDisposable
{
    /// <summary>Of the partition's revisions.</summary>
    uint Incarnation { get; }

    /// <summary>Number of the newest commit.</summary>
    ulong LastRevision { get; }

    /// <summary>
    /// So much was touched that it is not known any more: only a new export has it all.
    /// </summary>
    bool HasOverflowed { get; }

    /// <summary>How many records were touched and not read since.</summary>
    int TouchedCount { get; }

    /// <summary>Reads on; false: nothing is left of the state of the beginning.</summary>
    /// <param name="into">Takes records, at least one.</param>
    /// <param name="bytesMax">About how many bytes of them.</param>
    /// <exception cref="Kv.StorageException">The disk failed.</exception>
    bool ReadNext(List<MovedRecord> into, int bytesMax);

    /// <summary>Reads what was touched; false: nothing was.</summary>
    /// <param name="into">Takes records, at least one.</param>
    /// <param name="bytesMax">About how many bytes of them.</param>
    /// <exception cref="Kv.StorageException">The disk failed.</exception>
    bool ReadTouched(List<MovedRecord> into, int bytesMax);
}
