using Waverless.Kv;

namespace Waverless.Locks;

/// <summary>
/// Records of one partition's locks that nobody holds any more: they go with the next lock's
/// commit, else at the end of their leases.
/// </summary>
internal sealed class ReleasedRecords
{
    /// <summary>Most that wait for a commit; the oldest ones then wait for their leases.</summary>
    public const int WaitingMax = 512;

    private readonly Lock _lock = new();
    private readonly Queue<byte[]> _waiting = [];

    public void Add(byte[] key)
    {
        lock (_lock)
        {
            if (_waiting.Count == WaitingMax)
            {
                _waiting.Dequeue();
            }

            _waiting.Enqueue(key);
        }
    }

    public void TakeInto(Commit commit)
    {
        lock (_lock)
        {
            while (_waiting.TryDequeue(out var record))
            {
                commit.Delete(record, KeyArea.System);
            }
        }
    }
}
