using Waverless.Kv;

namespace Waverless.Cluster.Moves;

/// <summary>
/// What an engine implements so that partitions can go to the store of another node with all that
/// belongs to them: keys, events, deadlines, command ids, what was accepted, the change log. Their
/// revisions go on there. Thread-safe.
/// </summary>
internal interface IPartitionTransfer
{
    /// <summary>Shards that take no commits, also since before the engine was opened.</summary>
    IReadOnlyCollection<int> Fenced { get; }

    /// <summary>
    /// From here on, also after a crash, the partitions of a shard refuse commits as
    /// <see cref="CommitRejection.Unavailable"/>. Ends when what was taken before is done.
    /// </summary>
    /// <exception cref="StorageException">The disk refused.</exception>
    Task FenceAsync(int shard);

    /// <summary>The partitions of a shard take commits again.</summary>
    /// <exception cref="StorageException">The disk refused.</exception>
    void Unfence(int shard);

    /// <summary>Begins to read all of a partition; commits go on meanwhile.</summary>
    IPartitionExport Export(PartitionId p);

    /// <summary>
    /// Begins to write a partition that came from elsewhere. What is not completed is gone after
    /// a crash.
    /// </summary>
    /// <param name="p">The partition; the engine must not have it.</param>
    /// <param name="incarnation">Of its revisions.</param>
    /// <exception cref="StorageException">The engine has it, or the disk refused.</exception>
    IPartitionImport Import(PartitionId p, uint incarnation);

    /// <summary>Deletes all of a partition; ends its watches.</summary>
    /// <exception cref="StorageException">The disk refused.</exception>
    void Delete(PartitionId p);

    /// <summary>What was remembered last; null: nothing.</summary>
    byte[]? Recall();

    /// <summary>Remembers something of the node's for its next start.</summary>
    /// <exception cref="StorageException">The disk refused.</exception>
    void Remember(ReadOnlySpan<byte> note);
}
