namespace Waverless.Storage.Keyspaces;

/// <summary>
/// One ordered map of byte keys with atomic batches and snapshots: all that the rules in
/// <c>Apply</c> need of a database. Thread-safe.
/// </summary>
internal interface IKeyspace : IKeyspaceView
{
    /// <summary>Opens the state of now; to be disposed before the key space.</summary>
    IKeyspaceView OpenSnapshot();

    /// <summary>Writes all records of a batch or none.</summary>
    /// <param name="batch">The records, in the order in which they take effect.</param>
    /// <param name="sync">Whether to force them to the disk before returning.</param>
    WriteOutcome Write(RecordBatch batch, bool sync);

    /// <summary>About how many bytes the keys in [from, to) take.</summary>
    long ApproximateBytes(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to);

    /// <summary>
    /// Ends when everything is released after disposal: reads that run hold the files open.
    /// </summary>
    Task Closed { get; }

    /// <summary>How large all of it is.</summary>
    KeyspaceSizes Sizes();
}
