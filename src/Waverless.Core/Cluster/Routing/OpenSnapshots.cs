using System.Collections.Concurrent;
using Waverless.Kv;

namespace Waverless.Cluster.Routing;

/// <summary>
/// States of partitions that other nodes read. Bounded; those that were not read for a while are
/// closed when another one is opened: their readers may be gone.
/// </summary>
/// <param name="time">Tells what is idle.</param>
/// <param name="firstId">
/// Differs between nodes and their lives: nobody is to read by a number of another one.
/// </param>
internal sealed class OpenSnapshots(TimeProvider time, ulong firstId)
{
    public const int CountMax = 1_024;
    public static readonly TimeSpan IdleMax = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<ulong, Entry> _open = new();
    private ulong _lastId = firstId;

    /// <summary>Keeps a state open.</summary>
    /// <exception cref="StorageException">Too many are.</exception>
    public ulong Add(IReadSnapshot snapshot)
    {
        CloseIdle();
        if (_open.Count >= CountMax)
        {
            snapshot.Dispose();
            throw new StorageException(
                StorageError.Unavailable,
                $"{CountMax} snapshots are open for other nodes; expected fewer."
            );
        }

        var id = Interlocked.Increment(ref _lastId);
        _open[id] = new Entry(snapshot) { Used = time.GetTimestamp() };
        return id;
    }

    /// <summary>Reads one; one reader at a time.</summary>
    /// <exception cref="StorageException">It is not open.</exception>
    public async ValueTask<T> ReadAsync<T>(ulong id, Func<IReadSnapshot, ValueTask<T>> read)
    {
        if (!_open.TryGetValue(id, out var entry) || !entry.TryEnter())
        {
            throw new StorageException(
                StorageError.Unavailable,
                $"The snapshot {id} is not open; it was idle for {IdleMax.TotalSeconds} s, or the "
                    + "node was started anew."
            );
        }

        try
        {
            return await read(entry.Snapshot);
        }
        finally
        {
            entry.Used = time.GetTimestamp();
            entry.Exit();
        }
    }

    public void Close(ulong id)
    {
        if (_open.TryRemove(id, out var entry))
        {
            entry.Close();
        }
    }

    private void CloseIdle()
    {
        foreach (var (id, entry) in _open)
        {
            if (time.GetElapsedTime(entry.Used) > IdleMax)
            {
                Close(id);
            }
        }
    }

    /// <summary>A state that is disposed when it is closed and nobody reads it.</summary>
    private sealed class Entry(IReadSnapshot snapshot)
    {
        private readonly Lock _lock = new();
        private int _readers;
        private bool _isClosed;

        public IReadSnapshot Snapshot => snapshot;

        public long Used { get; set; }

        public bool TryEnter()
        {
            lock (_lock)
            {
                if (_isClosed || _readers > 0)
                {
                    return false;
                }

                _readers++;
                return true;
            }
        }

        public void Exit()
        {
            lock (_lock)
            {
                _readers--;
                DisposeIfDone();
            }
        }

        public void Close()
        {
            lock (_lock)
            {
                _isClosed = true;
                DisposeIfDone();
            }
        }

        private void DisposeIfDone()
        {
            if (_isClosed && _readers == 0)
            {
                snapshot.Dispose();
            }
        }
    }
}
