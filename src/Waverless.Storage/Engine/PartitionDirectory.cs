using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Text;
using Waverless.Kv;
using Waverless.Storage.Apply;
using Waverless.Storage.Keyspaces;

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
    private uint _lastNumber = NodeNumber;
    private bool _closed;

    /// <summary>The partitions that hold or held anything.</summary>
    public IReadOnlyCollection<PartitionId> Ids => [.. _partitions.Keys];

    /// <summary>The partitions.</summary>
    public ICollection<Partition> All => _partitions.Values;

    /// <summary>Loads the partitions that the key space knows.</summary>
    public void Load()
    {
        foreach (var (id, number) in Names(context.Keyspace))
        {
            _partitions[id] = new Partition(context, id, number);
            _lastNumber = Math.Max(_lastNumber, number);
        }
    }

    /// <summary>The partitions that a key space knows, with their numbers.</summary>
    public static List<(PartitionId Id, uint Number)> Names(IKeyspace keyspace)
    {
        var names = new List<(PartitionId, uint)>();
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
            names.Add((id, BinaryPrimitives.ReadUInt32LittleEndian(cursor.Value)));
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

            return Create(id, ref refusal);
        }
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
        var partition = new Partition(context, id, number);
        _partitions[id] = partition;
        return partition;
    }

    private WriteOutcome Register(PartitionId id, uint number)
    {
        var batch = new RecordBatch();
        var nameBytes = Encoding.UTF8.GetByteCount(id.App);
        var key = batch.Put(HeadBytes + nameBytes, sizeof(uint), out var value);
        var rest = new PartitionKeys(NodeNumber).Prefix(key, KeySpace.Meta);
        rest[0] = PartitionName;
        rest[1] = (byte)id.Number;
        Encoding.UTF8.GetBytes(id.App, rest[2..]);
        BinaryPrimitives.WriteUInt32LittleEndian(value, number);
        return context.Write(batch);
    }
}
