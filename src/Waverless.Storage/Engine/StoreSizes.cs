using Waverless.Events;
using Waverless.Maintenance;
using Waverless.Storage.Apply;
using Waverless.Storage.Backups;
using Waverless.Storage.Keyspaces;

namespace Waverless.Storage.Engine;

/// <summary>Measures a store.</summary>
internal static class StoreSizes
{
    /// <summary>Measures everything.</summary>
    public static StoreStatistics Read(
        IKeyspace keyspace,
        IEnumerable<Partition> partitions,
        string? folder,
        CancellationToken ct
    )
    {
        var measured = new List<PartitionStatistics>();
        var ordered = partitions
            .OrderBy(p => p.Id.App, StringComparer.Ordinal)
            .ThenBy(p => p.Id.Number);
        foreach (var partition in ordered)
        {
            ct.ThrowIfCancellationRequested();
            measured.Add(Read(keyspace, partition));
        }

        var sizes = keyspace.Sizes();
        return new StoreStatistics(
            sizes.TableBytes,
            sizes.LogBytes,
            sizes.MemoryBytes,
            folder is null ? null : DiskRoom.FreeBytes(folder),
            measured
        );
    }

    private static PartitionStatistics Read(IKeyspace keyspace, Partition partition)
    {
        var keys = partition.Keys;
        return new PartitionStatistics(
            partition.Id,
            Usage.Load(keyspace, keys) is { } usage
                ? new SizeEstimate(usage.Keys, usage.Bytes, IsExact: true)
                : new RecordCount(keyspace).Add(keys, KeySpace.Values).Result,
            Events(keyspace, keys),
            ChangeLog(keyspace, partition)
        );
    }

    private static Dictionary<EventState, SizeEstimate> Events(
        IKeyspace keyspace,
        PartitionKeys keys
    )
    {
        var found = new Dictionary<EventState, SizeEstimate>();
        var reader = new EventReader(keyspace, keys);
        foreach (var state in Enum.GetValues<EventState>())
        {
            var count = new RecordCount(keyspace);
            foreach (var (from, to) in reader.Ranges(state))
            {
                count.Add(from, to);
            }

            if (count.Result.Count > 0)
            {
                found[state] = count.Result;
            }
        }

        return found;
    }

    private static ChangeLogStatistics ChangeLog(IKeyspace keyspace, Partition partition)
    {
        var progress = partition.Progress;
        var (floor, last) = (progress.Floor, progress.Last);
        var size = new RecordCount(keyspace).AddChangeLog(partition.Keys, floor).Result;
        return new ChangeLogStatistics(size.Count == 0 ? 0 : floor + 1, last, size);
    }
}
