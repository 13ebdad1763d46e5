using Waverless.Kv;
using Waverless.Messaging.Wire;

namespace Waverless.Cluster.Moves;

/// <summary>Shards on their way to this node, by one move. Not thread-safe.</summary>
internal sealed class ShardImport(
    IPartitionTransfer transfer,
    IReadOnlyCollection<int> shards,
    long now
)
{
    private readonly Dictionary<
        PartitionId,
        (IPartitionImport Import, MovedDigest Digest)
    > _parts = [];
    private ulong _sequence;

    public IReadOnlyCollection<int> Shards => shards;

    /// <summary>When something of it came last.</summary>
    public long Used { get; private set; } = now;

    /// <summary>Whether all of it is there, and waits for the map.</summary>
    public bool IsFinished { get; private set; }

    /// <summary>Whether a partition is one of it.</summary>
    public bool Holds(PartitionId id) =>
        Placement.Shards.CanMove(id) && shards.Contains(Placement.Shards.Of(id));

    /// <summary>Writes a chunk, once; why not, else null.</summary>
    /// <exception cref="StorageException">The store failed.</exception>
    public string? Write(ImportChunk chunk, long now)
    {
        Used = now;
        var id = new PartitionId(chunk.App, (int)chunk.Number);
        if (chunk.Sequence == _sequence)
        {
            // It has come before, and the answer was lost.
            return null;
        }

        if (IsFinished || chunk.Sequence != _sequence + 1)
        {
            return $"chunk {chunk.Sequence} has come; expected {_sequence + 1}";
        }

        if (chunk.App.Length == 0 || chunk.Number >= PartitionId.CountMax || !Holds(id))
        {
            return $"{id} is not one of this move";
        }

        if (MovedDigest.Check(chunk.Records) != chunk.Check)
        {
            return $"chunk {chunk.Sequence} of {id} is not as it was sent";
        }

        if (!_parts.TryGetValue(id, out var part))
        {
            part = (transfer.Import(id, chunk.Incarnation), new MovedDigest());
            _parts.Add(id, part);
        }

        part.Import.Write([.. chunk.Records.Select(ToRecord)]);
        part.Digest.Add(chunk);
        _sequence = chunk.Sequence;
        return null;
    }

    /// <summary>Keeps all of it, if it is what was sent; why not, else null.</summary>
    /// <exception cref="StorageException">The store failed.</exception>
    public string? Finish(IReadOnlyCollection<ImportedPartition> sums, long now)
    {
        Used = now;
        if (IsFinished)
        {
            return null;
        }

        foreach (var sum in sums)
        {
            var id = new PartitionId(sum.App, (int)sum.Number);
            if (
                !_parts.TryGetValue(id, out var part)
                || part.Digest.Records != sum.Records
                || part.Digest.Value != sum.Digest
            )
            {
                return $"of {id} not all has come that was sent";
            }
        }

        if (sums.Count != _parts.Count)
        {
            return $"{_parts.Count} partitions have come; {sums.Count} were sent";
        }

        foreach (var sum in sums)
        {
            var id = new PartitionId(sum.App, (int)sum.Number);
            var last = _parts[id].Import.Complete();
            if (last != sum.Last)
            {
                return $"{id} is at revision {last} here; it was sent at {sum.Last}";
            }
        }

        IsFinished = true;
        return null;
    }

    /// <summary>Removes what has come. Nothing of it may be at home here.</summary>
    /// <exception cref="StorageException">The store failed.</exception>
    public void Discard()
    {
        foreach (var (id, part) in _parts)
        {
            part.Import.Discard();
            transfer.Delete(id);
        }

        _parts.Clear();
    }

    private static MovedRecord ToRecord(ImportRecord record) =>
        new(
            record.Key.Memory,
            record.HasValue ? record.Value.Memory : default(ReadOnlyMemory<byte>?),
            record.End.Memory
        );
}
