using System.Collections.Concurrent;

namespace Waverless.Kv;

/// <summary>
/// Which keys may have blobs, so that a write of one of them has the collector look. Only a hint:
/// what it misses is found at the next start of the node.
/// </summary>
internal sealed class BlobOwners
{
    /// <summary>Most keys that are remembered; bounds memory.</summary>
    public const int KeysMax = 100_000;

    private readonly ConcurrentDictionary<(PartitionId, KvKey), byte> _keys = new();
    private volatile bool _any;
    private int _count;

    /// <summary>Remembers a key.</summary>
    public void Note(PartitionId partition, KvKey key)
    {
        if (
            Volatile.Read(ref _count) < KeysMax
            && _keys.TryAdd((partition, new KvKey(key.Span.ToArray())), 0)
        )
        {
            Interlocked.Increment(ref _count);
            _any = true;
        }
    }

    /// <summary>Forgets a key that has no blob any more.</summary>
    public void Forget(PartitionId partition, KvKey key)
    {
        if (_keys.TryRemove((partition, key), out _))
        {
            Interlocked.Decrement(ref _count);
        }
    }

    /// <summary>Whether a commit changes a key that may have a blob.</summary>
    public bool AreTouchedBy(Commit commit, PartitionId partition)
    {
        if (!_any || commit.MutationCount == 0)
        {
            return false;
        }

        var reader = commit.Read();
        while (reader.TryRead(out var o))
        {
            if (
                o.Tag.IsMutation()
                && o.Area == KeyArea.Data
                && _keys.ContainsKey((partition, new KvKey(o.Key.ToArray())))
            )
            {
                return true;
            }
        }

        return false;
    }
}
