namespace Waverless.Kv;

/// <summary>
/// Which keys may have blobs, and which: a write of such a key has the collector look. Only a
/// hint: what it misses is found at the next start of the node. Thread-safe.
/// </summary>
internal sealed class BlobOwners
{
    /// <summary>Most blobs that are remembered; bounds memory.</summary>
    public const int KeysMax = 100_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<(PartitionId, KvKey), HashSet<KvKey>> _blobs = [];
    private volatile bool _any;
    private int _count;

    /// <summary>Remembers a blob of a key.</summary>
    public void Note(PartitionId partition, KvKey key, KvKey blob)
    {
        lock (_lock)
        {
            if (_count >= KeysMax)
            {
                return;
            }

            if (!_blobs.TryGetValue((partition, key), out var blobs))
            {
                _blobs[(partition, new KvKey(key.Span.ToArray()))] = blobs = [];
            }

            if (blobs.Add(new KvKey(blob.Span.ToArray())))
            {
                _count++;
                _any = true;
            }
        }
    }

    /// <summary>Forgets a blob; the key stays while another one may be its.</summary>
    public void Forget(PartitionId partition, KvKey key, KvKey blob)
    {
        lock (_lock)
        {
            if (!_blobs.TryGetValue((partition, key), out var blobs) || !blobs.Remove(blob))
            {
                return;
            }

            _count--;
            if (blobs.Count == 0)
            {
                _blobs.Remove((partition, key));
            }
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
            if (o.ChangesData && IsNoted(partition, o.Key))
            {
                return true;
            }
        }

        return false;
    }

    private bool IsNoted(PartitionId partition, ReadOnlySpan<byte> key)
    {
        lock (_lock)
        {
            return _blobs.ContainsKey((partition, new KvKey(key.ToArray())));
        }
    }
}
