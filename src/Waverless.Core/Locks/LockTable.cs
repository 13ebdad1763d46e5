using Waverless.Kv;

namespace Waverless.Locks;

/// <summary>
/// Who holds and who waits for the locks of the partitions that this node leads. Readers share, a
/// writer excludes, and nobody overtakes: a reader that comes after a waiting writer waits as well.
/// </summary>
internal sealed class LockTable
{
    /// <summary>Most holders and waiters on the node.</summary>
    public const int EntriesMax = 100_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<LockName, LinkedList<LockHolder>> _queues = [];
    private int _entries;

    /// <summary>
    /// Asks for a lock, behind those that asked before; null if there are too many.
    /// </summary>
    public LockHolder? Request(LockName name, LockMode mode, TimeSpan? lease = null)
    {
        var holder = new LockHolder(name, mode, lease);
        return TryAdd(holder) ? holder : null;
    }

    /// <summary>The same for one that is in no queue; false: there are too many.</summary>
    public bool TryAdd(LockHolder holder)
    {
        lock (_lock)
        {
            if (_entries == EntriesMax)
            {
                return false;
            }

            _entries++;
            if (!_queues.TryGetValue(holder.Name, out var queue))
            {
                _queues[holder.Name] = queue = new LinkedList<LockHolder>();
            }

            holder.Node = queue.AddLast(holder);
            Grant(queue);
            return true;
        }
    }

    /// <summary>Ends a hold, or a place in the queue; false if that has been done.</summary>
    public bool Release(LockHolder holder)
    {
        lock (_lock)
        {
            if (holder.Node is not { } node)
            {
                return false;
            }

            holder.Node = null;
            _entries--;
            var queue = node.List!;
            queue.Remove(node);
            if (queue.Count == 0)
            {
                _queues.Remove(holder.Name);
            }
            else
            {
                Grant(queue);
            }

            return true;
        }
    }

    /// <summary>Who holds locks of a partition.</summary>
    public List<LockHolder> HoldersOf(PartitionId partition)
    {
        lock (_lock)
        {
            return
            [
                .. _queues
                    .Where(queue => queue.Key.Partition == partition)
                    .SelectMany(queue => queue.Value.Where(holder => holder.Turn.IsCompleted)),
            ];
        }
    }

    /// <summary>How many hold a lock, and how many wait for one.</summary>
    public (int Held, int Waiting) Counts()
    {
        lock (_lock)
        {
            var held = _queues.Values.Sum(queue => queue.Count(holder => holder.Turn.IsCompleted));
            return (held, _entries - held);
        }
    }

    /// <summary>Whether it has not been given up yet.</summary>
    public bool IsHeld(LockHolder holder)
    {
        lock (_lock)
        {
            return holder.Node is not null;
        }
    }

    /// <summary>The first of the queue, and with a reader all readers right behind.</summary>
    private static void Grant(LinkedList<LockHolder> queue)
    {
        var first = queue.First!;
        first.Value.Grant();
        for (
            var node = first.Next;
            node is not null && Shares(first.Value) && Shares(node.Value);
            node = node.Next
        )
        {
            node.Value.Grant();
        }
    }

    private static bool Shares(LockHolder holder) => holder.Mode == LockMode.Read;
}
