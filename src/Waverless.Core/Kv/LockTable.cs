namespace Waverless.Kv;

/// <summary>
/// Write locks on keys for the original ABI: local to the node, first come first served. A holder
/// is one lock of one invocation; the invocation's end releases what it forgot.
/// </summary>
internal sealed class LockTable
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string App, KvKey Key), LinkedList<Holder>> _queues = [];

    /// <summary>Asks for the lock of a key, behind those that asked before.</summary>
    public Holder Request(string app, ReadOnlyMemory<byte> key)
    {
        var holder = new Holder(this, (app, new KvKey(key.ToArray())));
        lock (_lock)
        {
            if (!_queues.TryGetValue(holder.Name, out var queue))
            {
                _queues[holder.Name] = queue = new LinkedList<Holder>();
            }

            queue.AddLast(holder);
            if (queue.Count == 1)
            {
                holder.Grant();
            }
        }

        return holder;
    }

    private void Release(Holder holder)
    {
        lock (_lock)
        {
            var queue = _queues[holder.Name];
            var wasFirst = queue.First!.Value == holder;
            queue.Remove(holder);
            if (queue.First is { } next)
            {
                if (wasFirst)
                {
                    next.Value.Grant();
                }
            }
            else
            {
                _queues.Remove(holder.Name);
            }
        }
    }

    /// <summary>
    /// A place in the queue for a lock; disposing it gives the lock or the place up.
    /// </summary>
    public sealed class Holder(LockTable table, (string, KvKey) name) : IDisposable
    {
        private readonly TaskCompletionSource _turn = new(
            TaskCreationOptions.RunContinuationsAsynchronously
        );
        private int _released;

        /// <summary>Completes when the lock is held.</summary>
        public Task Turn => _turn.Task;

        internal (string App, KvKey Key) Name { get; } = name;

        /// <summary>Ends the waiting for the turn as cancelled, unless it has come.</summary>
        public void GiveUp() => _turn.TrySetCanceled();

        internal void Grant() => _turn.TrySetResult();

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _released, 1) == 0)
            {
                table.Release(this);
            }
        }
    }
}
