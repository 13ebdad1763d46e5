using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using Waverless.Kv;
using Waverless.Storage.Apply;

namespace Waverless.Storage.Engine;

/// <summary>
/// Delivers the changes of a partition in revision order. It always reads the change log and
/// waits for a signal at its end, so a slow watcher costs no memory and cannot miss anything.
/// </summary>
internal sealed class ChangeFeed(EngineContext context, Partition partition)
{
    private const int CommitsPerRead = 256;
    private const int BytesPerRead = 1024 * 1024;

    private readonly List<KvChange> _read = [];

    /// <summary>Delivers all changes after a revision, then goes on live.</summary>
    public async IAsyncEnumerable<KvChange> WatchAsync(
        Revision after,
        Func<bool> isClosed,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        var position = Start(after);
        while (!isClosed() && !partition.IsDeleted)
        {
            ct.ThrowIfCancellationRequested();
            if (position >= partition.Progress.Last)
            {
                await partition.Progress.WaitAboveAsync(position, ct);
                continue;
            }

            position = ReadLog(position);
            foreach (var change in _read)
            {
                yield return change;
            }
        }
    }

    private ulong Start(Revision after)
    {
        var progress = partition.Progress;
        if (after == default)
        {
            return progress.Floor;
        }

        if (
            after.Incarnation != partition.Identity.Incarnation
            || after.Partition != partition.Id.Number
            || after.Number > progress.Last
        )
        {
            throw new StorageException(
                StorageError.ForeignRevision,
                $"storage: revision {after} is not of {partition.Id}, which is at "
                    + $"{partition.Identity.At(progress.Last)}"
            );
        }

        return after.Number == 0 ? progress.Floor : after.Number;
    }

    /// <summary>Reads the next commits of the log; returns the last of them.</summary>
    private ulong ReadLog(ulong after)
    {
        _read.Clear();
        var last = partition.Progress.Last;
        using var log = KeyspaceScan.OpenChangeLog(context.Keyspace, partition.Keys, after);

        // The floor rises before records go: if it is still below, the snapshot holds them all.
        if (after < partition.Progress.Floor)
        {
            throw new StorageException(
                StorageError.Compacted,
                $"storage: the change log of {partition.Id} begins after "
                    + $"{partition.Identity.At(partition.Progress.Floor)}, asked for {after}"
            );
        }

        var position = after;
        var bytes = 0;
        for (
            var commits = 0;
            commits < CommitsPerRead && bytes < BytesPerRead && log.MoveNext();
            commits++
        )
        {
            var number = BinaryPrimitives.ReadUInt64BigEndian(log.Key[PartitionKeys.PrefixBytes..]);
            if (number > last)
            {
                break;
            }

            position = number;
            bytes += log.Value.Length;
            Decode(log.Value, partition.Identity.At(number));
        }

        return position;
    }

    private void Decode(ReadOnlySpan<byte> record, Revision revision)
    {
        var changes = new ChangeRecordReader(record);
        while (changes.MoveNext())
        {
            ReadOnlyMemory<byte>? value = null;
            if (changes.HasValue)
            {
                value = changes.Value.ToArray();
            }

            _read.Add(
                new KvChange(revision, changes.Kind, new KvKey(changes.Key.ToArray()), value)
            );
        }
    }
}
