using System.Buffers.Binary;
using Waverless.Kv;
using Waverless.Storage.Keyspaces;

namespace Waverless.Storage.Apply;

/// <summary>
/// What apply keeps in memory of a partition: nothing that the key space does not hold as well,
/// so it can be dropped and loaded again at any time. Changed only under the sequencer.
/// </summary>
internal sealed class PartitionState
{
    private PartitionState(IKeyspace keyspace, PartitionKeys keys)
    {
        Functions = FunctionRegistry.Load(keyspace, keys);
        Commands = CommandWindow.Load(keyspace, keys);
        Accepted = AcceptedEvents.Load(keyspace, keys);
        Usage = Apply.Usage.Load(keyspace, keys);
        Deferred = DeferredRecord.Load(keyspace, keys);
    }

    /// <summary>Number of the newest commit; 0 before the first.</summary>
    public ulong LastRevision { get; set; }

    /// <summary>Store time of the newest commit, Unix milliseconds; never goes back.</summary>
    public long StoreTimeMs { get; set; }

    /// <summary>Number of the newest commit that the change log no longer holds.</summary>
    public ulong ChangeLogFloor { get; set; }

    /// <summary>What keys and blobs take; null until a quota has asked.</summary>
    public Usage? Usage { get; set; }

    /// <summary>What is kept for later.</summary>
    public DeferredCounts Deferred { get; set; }

    /// <summary>Functions with event records.</summary>
    public FunctionRegistry Functions { get; }

    /// <summary>Latest command ids.</summary>
    public CommandWindow Commands { get; }

    /// <summary>Events taken over from other partitions.</summary>
    public AcceptedEvents Accepted { get; }

    /// <summary>Loads a partition; one that holds nothing is at revision 0.</summary>
    public static PartitionState Load(IKeyspace keyspace, PartitionKeys keys)
    {
        var state = new PartitionState(keyspace, keys)
        {
            ChangeLogFloor = LoadFloor(keyspace, keys),
        };
        using var log = KeyspaceScan.OpenChangeLog(keyspace, keys, state.ChangeLogFloor);
        if (log.MoveToLast())
        {
            state.LastRevision = BinaryPrimitives.ReadUInt64BigEndian(
                log.Key[PartitionKeys.PrefixBytes..]
            );
            state.StoreTimeMs = new ChangeRecordReader(log.Value).StoreTimeMs;
        }

        return state;
    }

    private static ulong LoadFloor(IKeyspace keyspace, PartitionKeys keys)
    {
        Span<byte> key = stackalloc byte[PartitionKeys.PrefixBytes];
        keys.Prefix(key, KeySpace.ChangeLogFloor);
        Span<byte> floor = stackalloc byte[sizeof(ulong)];
        return keyspace.Get(key, floor) == floor.Length
            ? BinaryPrimitives.ReadUInt64LittleEndian(floor)
            : 0;
    }
}
