using Waverless.Kv;
using Waverless.Maintenance;
using Waverless.Storage.Apply;
using Waverless.Storage.Engine;
using Waverless.Storage.Keyspaces;

namespace Waverless.Storage.Integrity;

/// <summary>
/// Walks everything in a store: the files' checksums, then each partition in one snapshot of its
/// own, with the counters, indexes and records that must agree.
/// </summary>
/// <param name="keyspace">What to walk.</param>
/// <param name="verifyFiles">Compares the files with their checksums; throws if they differ.</param>
internal sealed class IntegrityCheck(IKeyspace keyspace, Action verifyFiles)
{
    private readonly DefectList _defects = new();
    private long _records;
    private long _bytes;

    /// <summary>Walks everything.</summary>
    public IntegrityReport Run(CancellationToken ct)
    {
        VerifyFiles();
        var partitions = PartitionDirectory.Names(keyspace);
        foreach (var (id, number, _) in partitions)
        {
            Walk(id, number, ct);
        }

        Report(partitions);
        return new IntegrityReport(
            partitions.Count,
            _records,
            _bytes,
            _defects.Count,
            _defects.Told
        );
    }

    private void VerifyFiles()
    {
        try
        {
            verifyFiles();
        }
        catch (Native.RocksDbException e)
        {
            _defects.Add($"files: {e.Message}");
        }
        catch (ObjectDisposedException e)
        {
            throw new StorageException(StorageError.Closed, "storage: the engine is closed", e);
        }
    }

    private void Walk(PartitionId id, uint number, CancellationToken ct)
    {
        try
        {
            using var snapshot = keyspace.OpenSnapshot();
            var check = new PartitionCheck(id, new PartitionKeys(number), snapshot, _defects);
            using var cursor = snapshot.OpenCursor(First(number), First(number + 1));
            while (cursor.MoveNext())
            {
                ct.ThrowIfCancellationRequested();
                _records++;
                _bytes += cursor.Key.Length + cursor.Value.Length;
                check.Record(cursor.Key, cursor.Value);
            }

            check.End();
        }
        catch (StorageException e) when (e.Error is StorageError.Corrupted or StorageError.Failed)
        {
            _defects.Add($"{id}: {e.Message}; what comes behind it was not looked at");
        }
    }

    /// <summary>Records of numbers that no partition has.</summary>
    private void Report(List<(PartitionId Id, uint Number, uint Offset)> partitions)
    {
        var numbers = new HashSet<uint> { PartitionDirectory.NodeNumber };
        foreach (var (id, number, _) in partitions)
        {
            if (!numbers.Add(number))
            {
                _defects.Add($"{id}: its number {number} is another partition's as well");
            }
        }

        var next = 0u;
        foreach (var number in numbers.Order())
        {
            if (number > next)
            {
                FindStray(next, number);
            }

            next = number + 1;
        }

        FindStray(next, uint.MaxValue);
    }

    private void FindStray(uint from, uint to)
    {
        using var cursor = keyspace.OpenCursor(First(from), First(to));
        if (cursor.MoveNext())
        {
            var number = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(cursor.Key);
            _defects.Add($"partition number {number} has records, expected none: it has no name");
        }
    }

    private static byte[] First(uint number)
    {
        var key = new byte[PartitionKeys.PrefixBytes];
        new PartitionKeys(number).Prefix(key, default);
        return key;
    }
}
