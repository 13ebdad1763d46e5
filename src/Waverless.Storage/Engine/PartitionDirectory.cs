using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Text;
using Waverless.Cluster.Placement;
using Waverless.Kv;
using Waverless.Storage.Apply;
using Waverless.Storage.Keyspaces;
using Waverless.Storage.Moves;

namespace Waverless.Storage.Engine;

/// <summary>
/// The partitions of an engine by name. Each gets a number of 4 bytes on first use, so that keys
/// stay short whatever the app is called. Thread-safe.
/// </summary>
internal sealed class PartitionDirectory(EngineContext context)
{
    /// <summary>The number under which the node keeps what belongs to no partition.</summary>
    public const uint NodeNumber = 0;

    private const byte PartitionName = 1;
    private const int HeadBytes = PartitionKeys.PrefixBytes + 2;

    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<PartitionId, Partition> _partitions = new();
    private ShardFences _fences = new(context);
    private uint _lastNumber = NodeNumber;
    private bool _closed;

    /// <summary>The partitions that hold or held anything.</summary>
    public IReadOnlyCollection<PartitionId> Ids => [.. _partitions.Keys];

    /// <summary>The partitions.</summary>
    public ICollection<Partition> All => _partitions.Values;

    /// <summary>Loads the partitions that the key space knows.</summary>
    public void Load()
    {
        _fences = ShardFences.Load(context);
        _lastNumber = UnfinishedImports.Delete(context);
        foreach (var (id, number, offset) in Names(context.Keyspace))
        {
            Add(id, number, offset);
            _lastNumber = Math.Max(_lastNumber, number);
        }
    }

    /// <summary>The partitions that a key space knows, with their numbers.</summary>
    public static List<(PartitionId Id, uint Number, uint Offset)> Names(IKeyspace keyspace)
    {
        var names = new List<(PartitionId, uint, uint)>();
        var keys = new PartitionKeys(NodeNumber);
        using var cursor = KeyspaceScan.Open(keyspace, keys, KeySpace.Meta);
        while (cursor.MoveNext())
        {
            var key = cursor.Key;
            if (key.Length < HeadBytes || key[PartitionKeys.PrefixBytes] != PartitionName)
            {
                continue;
            }

            var id = new PartitionId(
                Encoding.UTF8.GetString(key[HeadBytes..]),
                key[PartitionKeys.PrefixBytes + 1]
            );
            // A partition that came from elsewhere has an incarnation apart from the store's.
            var offset =
                cursor.Value.Length < 2 * sizeof(uint)
                    ? 0
                    : BinaryPrimitives.ReadUInt32LittleEndian(cursor.Value[sizeof(uint)..]);
            names.Add((id, BinaryPrimitives.ReadUInt32LittleEndian(cursor.Value), offset));
        }

        return names;
    }

    /// <summary>Finds a partition; null if it never held anything.</summary>
    public Partition? Find(PartitionId id) =>
        _partitions.TryGetValue(id, out var partition) ? partition : null;

    /// <summary>
    /// Finds or creates a partition; null with an answer if it cannot be created.
    /// </summary>
    public Partition? Open(PartitionId id, out CommitResult refusal)
    {
        refusal = default;
        if (_partitions.TryGetValue(id, out var partition))
        {
            return partition;
        }

        lock (_gate)
        {
            if (_partitions.TryGetValue(id, out partition))
            {
                return partition;
            }

            if (_closed)
            {
                refusal = CommitResult.Rejected(
                    CommitRejection.Closed,
                    "storage: the engine is closed"
                );
                return null;
            }

            if (_fences.Holds(id))
            {
                refusal = PartitionSequencer.Fenced(id);
                return null;
            }

            return Create(id, ref refusal);
        }
    }

    /// <summary>Shards that take no commits.</summary>
    public IReadOnlyCollection<int> Fenced
    {
        get
        {
            lock (_gate)
            {
                return _fences.All;
            }
        }
    }

    /// <summary>The partitions of a shard take no commits from here on.</summary>
    /// <exception cref="StorageException">The disk refused.</exception>
    public async Task FenceAsync(int shard)
    {
        List<Partition> partitions;
        lock (_gate)
        {
            _fences.Set(shard, isFenced: true);
            partitions = [.. OfShard(shard)];
        }

        foreach (var partition in partitions)
        {
            await partition.Sequencer.FenceAsync();
        }
    }

    /// <summary>The partitions of a shard take commits again.</summary>
    /// <exception cref="StorageException">The disk refused.</exception>
    public void Unfence(int shard)
    {
        lock (_gate)
        {
            _fences.Set(shard, isFenced: false);
            foreach (var partition in OfShard(shard))
            {
                partition.Sequencer.Unfence();
            }
        }
    }

    /// <summary>Begins to write a partition that came from elsewhere.</summary>
    /// <exception cref="StorageException">It is here, or the disk refused.</exception>
    public PartitionImport Import(PartitionId id, uint incarnation)
    {
        lock (_gate)
        {
            if (_closed || _partitions.ContainsKey(id))
            {
                throw new StorageException(
                    _closed ? StorageError.Closed : StorageError.Failed,
                    _closed ? "storage: the engine is closed" : $"storage: {id} is here already"
                );
            }

            var number = _lastNumber + 1;
            UnfinishedImports.Begin(context, number);
            _lastNumber = number;
            var offset = unchecked(incarnation - context.Incarnation);
            return new PartitionImport(context, this, id, number, offset);
        }
    }

    /// <summary>What was written under a number gets its name.</summary>
    /// <exception cref="StorageException">It is here, or the disk refused.</exception>
    public Partition Complete(PartitionId id, uint number, uint offset)
    {
        lock (_gate)
        {
            if (_partitions.ContainsKey(id))
            {
                throw new StorageException(StorageError.Failed, $"storage: {id} is here already");
            }

            var batch = new RecordBatch();
            PutName(batch, id, number, offset);
            UnfinishedImports.Finish(batch, number);
            context.Demand(batch, sync: true);
            return Add(id, number, offset);
        }
    }

    /// <summary>What was written under a number is not wanted any more.</summary>
    /// <exception cref="StorageException">The disk refused.</exception>
    public void Abandon(uint number)
    {
        var batch = new RecordBatch();
        MovedKeys.DeleteAll(batch, number);
        UnfinishedImports.Finish(batch, number);
        context.Demand(batch, sync: false);
    }

    /// <summary>Deletes all of a partition, if it is here.</summary>
    /// <exception cref="StorageException">The disk refused.</exception>
    public void Delete(PartitionId id)
    {
        Partition? partition;
        lock (_gate)
        {
            if (!_partitions.TryGetValue(id, out partition))
            {
                return;
            }

            var batch = new RecordBatch();
            WriteName(batch.Delete(NameBytes(id)), id);
            MovedKeys.DeleteAll(batch, partition.Keys.Number);
            context.Demand(batch, sync: true);
            _partitions.TryRemove(id, out _);
        }

        partition.Deleted();
    }

    /// <summary>Refuses new partitions and waits until all are idle.</summary>
    public async Task CloseAsync()
    {
        lock (_gate)
        {
            _closed = true;
        }

        foreach (var partition in _partitions.Values)
        {
            await partition.Sequencer.CloseAsync();
            partition.Progress.Wake();
        }
    }

    private Partition? Create(PartitionId id, ref CommitResult refusal)
    {
        if (id.Number is < 0 or >= PartitionId.CountMax || id.App.Length == 0)
        {
            refusal = CommitResult.Rejected(
                CommitRejection.Malformed,
                $"storage: partition {id}, expected an app and a number of 0 to "
                    + $"{PartitionId.CountMax - 1}"
            );
            return null;
        }

        var number = _lastNumber + 1;
        var outcome = Register(id, number);
        if (!outcome.IsWritten)
        {
            refusal = new CommitResult(
                CommitStatus.Rejected,
                default,
                -1,
                outcome.Rejection,
                outcome.Reason
            );
            return null;
        }

        _lastNumber = number;
        return Add(id, number, offset: 0);
    }

    private Partition Add(PartitionId id, uint number, uint offset)
    {
        var partition = new Partition(context, id, number, offset);
        if (_fences.Holds(id))
        {
            // Nothing was committed to it yet, so that nothing has to be waited for.
            _ = partition.Sequencer.FenceAsync();
        }

        _partitions[id] = partition;
        return partition;
    }

    private IEnumerable<Partition> OfShard(int shard) =>
        _partitions.Values.Where(partition => Shards.Holds(shard, partition.Id));

    private WriteOutcome Register(PartitionId id, uint number)
    {
        var batch = new RecordBatch();
        PutName(batch, id, number, offset: 0);
        return context.Write(batch);
    }

    private static void PutName(RecordBatch batch, PartitionId id, uint number, uint offset)
    {
        var valueBytes = offset == 0 ? sizeof(uint) : 2 * sizeof(uint);
        WriteName(batch.Put(NameBytes(id), valueBytes, out var value), id);
        BinaryPrimitives.WriteUInt32LittleEndian(value, number);
        if (offset != 0)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(value[sizeof(uint)..], offset);
        }
    }

    private static int NameBytes(PartitionId id) => HeadBytes + Encoding.UTF8.GetByteCount(id.App);

    private static void WriteName(Span<byte> key, PartitionId id)
    {
        var rest = new PartitionKeys(NodeNumber).Prefix(key, KeySpace.Meta);
        rest[0] = PartitionName;
        rest[1] = (byte)id.Number;
        Encoding.UTF8.GetBytes(id.App, rest[2..]);
    }
}
