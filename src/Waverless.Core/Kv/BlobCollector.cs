using System.Buffers;
using System.Collections.Concurrent;
using Waverless.Diagnostics;

namespace Waverless.Kv;

/// <summary>
/// Removes blobs that no key names: what a crash, a replacement, a deletion or an expiry has left.
/// One run a partition at a time, at the start of the node and when such a key was written.
/// </summary>
internal sealed class BlobCollector(
    IStorageEngine engine,
    FrontDoor door,
    BlobStore blobs,
    Action<Func<Task>> start,
    Func<bool> isStopping
)
{
    private const int ChunksPerCommit = 64;

    // 0: idle, 1: collecting, 2: collecting, and there may be more.
    private readonly ConcurrentDictionary<PartitionId, int> _states = new();

    /// <summary>Looks through a partition, soon.</summary>
    public void Signal(PartitionId partition)
    {
        if (_states.AddOrUpdate(partition, 1, static (_, state) => state + 1) == 1)
        {
            start(() => RunAsync(partition));
        }
    }

    /// <summary>Looks through all partitions.</summary>
    public void SignalAll()
    {
        var partitions = engine
            .Partitions.OrderBy(p => p.App, StringComparer.Ordinal)
            .ThenBy(p => p.Number);
        foreach (var partition in partitions)
        {
            Signal(partition);
        }
    }

    private async Task RunAsync(PartitionId partition)
    {
        try
        {
            while (_states.TryGetValue(partition, out var seen))
            {
                await CollectAsync(partition);
                if (_states.TryRemove(new KeyValuePair<PartitionId, int>(partition, seen)))
                {
                    return;
                }
            }
        }
        catch (StorageException)
        {
            // Closed or failed; the next start of the node looks again.
            _states.TryRemove(partition, out _);
        }
    }

    private async Task CollectAsync(PartitionId partition)
    {
        await foreach (var owner in EntriesAsync(partition, BlobKeys.Owners()))
        {
            var id = BlobKeys.IdOf(owner.Key);
            if (!blobs.IsBeingWritten(id))
            {
                await DoomIfOrphanAsync(partition, id, new KvKey(owner.Value));
            }
        }

        await foreach (var doomed in EntriesAsync(partition, BlobKeys.AllDoomed()))
        {
            await DeleteAsync(partition, BlobKeys.IdOf(doomed.Key));
        }
    }

    /// <summary>
    /// Decided in one commit with the state of the key, so that no batch can name the blob later.
    /// </summary>
    private async Task DoomIfOrphanAsync(PartitionId partition, KvKey id, KvKey key)
    {
        var into = new ArrayBufferWriter<byte>();
        var read = await engine.GetAsync(partition, key, default, into, CancellationToken.None);
        if (read.Found && BlobDescriptor.Decode(into.WrittenSpan)?.Id == id)
        {
            door.Blobs.Note(partition, key, id);
            return;
        }

        var commit = new Commit();
        if (read.Found)
        {
            commit.RequireRevision(key.Span, read.Number);
        }
        else
        {
            commit.RequireAbsent(key.Span);
        }

        commit.Delete(BlobKeys.Owner(id.Span), KeyArea.System);
        commit.Put(BlobKeys.Doomed(id.Span), default, KeyArea.System);
        var result = await door.CommitOwnAsync(partition, commit, CancellationToken.None);
        if (result.Status == CommitStatus.ConditionFailed)
        {
            // The key has changed meanwhile; whoever did that has signalled.
            return;
        }

        Failpoints.Pass(Failpoint.BlobDoomed);
        door.Blobs.Forget(partition, key, id);
    }

    private async Task DeleteAsync(PartitionId partition, KvKey id)
    {
        var commit = new Commit();
        var count = 0;
        await foreach (var chunk in EntriesAsync(partition, BlobKeys.Chunks(id.Span)))
        {
            commit.Delete(chunk.Key.Span, KeyArea.System);
            if (++count % ChunksPerCommit == 0)
            {
                if (!await CommitAsync(partition, commit))
                {
                    return;
                }

                commit = new Commit();
            }
        }

        commit.Delete(BlobKeys.Doomed(id.Span), KeyArea.System);
        await CommitAsync(partition, commit);
    }

    private async ValueTask<bool> CommitAsync(PartitionId partition, Commit commit) =>
        (await door.CommitOwnAsync(partition, commit, CancellationToken.None)).IsCommitted;

    private async IAsyncEnumerable<KvEntry> EntriesAsync(PartitionId partition, KvRange range)
    {
        KvRange? rest = range;
        while (rest is { } page && !isStopping())
        {
            var read = await engine.ScanAsync(
                partition,
                page,
                ReadOptions.System,
                CancellationToken.None
            );
            foreach (var entry in read.Entries)
            {
                yield return entry;
            }

            rest = read.Next is { } next ? page.ContinueAt(next) : null;
        }
    }
}
