using System.Buffers;
using Waverless.Kv;

namespace Waverless.Cluster.Routing;

/// <summary>A state of a partition that another node keeps open.</summary>
internal sealed class RemoteSnapshot(
    RemotePartitions remote,
    PartitionId partition,
    ulong id,
    ulong number
) : IReadSnapshot
{
    private int _closes;

    public ulong Number => number;

    public async ValueTask<KvRead> GetAsync(
        KvKey key,
        KeyArea area,
        IBufferWriter<byte> into,
        CancellationToken ct
    ) =>
        await remote.GetAsync(partition, key, new ReadOptions(0, area), into, ct, id)
        ?? throw Moved();

    public async ValueTask<KvPage> ScanAsync(KvRange range, KeyArea area, CancellationToken ct) =>
        await remote.ScanAsync(partition, range, new ReadOptions(0, area), ct, id) ?? throw Moved();

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _closes, 1) == 0)
        {
            remote.Close(partition, id);
        }
    }

    private StorageException Moved() =>
        new(StorageError.Unavailable, $"{partition} moved while a snapshot of it was read.");
}
