namespace Waverless.Events;

/// <summary>
/// Which dead letters there are, by app and age: what bounds, expiry and metrics go by without a
/// look at the disk. Thread-safe.
/// </summary>
internal sealed class DeadLetterIndex
{
    private static readonly Comparer<(long FailedMs, DeadLetterId Id)> ByAge = Comparer<(
        long FailedMs,
        DeadLetterId Id
    )>.Create(
        (one, other) =>
            one.FailedMs != other.FailedMs
                ? one.FailedMs.CompareTo(other.FailedMs)
                : one.Id.CompareTo(other.Id)
    );

    private readonly Lock _lock = new();
    private readonly Dictionary<string, SortedSet<(long FailedMs, DeadLetterId Id)>> _apps = new(
        StringComparer.Ordinal
    );
    private readonly Dictionary<DeadLetterId, long> _failed = [];

    public void Add(DeadLetterId id, long failedMs)
    {
        lock (_lock)
        {
            if (!_failed.TryAdd(id, failedMs))
            {
                return;
            }

            if (!_apps.TryGetValue(id.Partition.App, out var letters))
            {
                _apps.Add(id.Partition.App, letters = new(ByAge));
            }

            letters.Add((failedMs, id));
        }
    }

    public void Remove(DeadLetterId id)
    {
        lock (_lock)
        {
            if (_failed.Remove(id, out var failedMs))
            {
                _apps[id.Partition.App].Remove((failedMs, id));
            }
        }
    }

    /// <summary>Forgets those of a partition.</summary>
    public void RemoveAll(Kv.PartitionId partition)
    {
        lock (_lock)
        {
            foreach (var id in _failed.Keys.Where(id => id.Partition == partition).ToList())
            {
                Remove(id);
            }
        }
    }

    /// <summary>Count and age of the oldest by app, in Unix milliseconds.</summary>
    public List<(string App, int Count, long OldestMs)> Depths()
    {
        lock (_lock)
        {
            return
            [
                .. _apps
                    .Where(app => app.Value.Count > 0)
                    .Select(app => (app.Key, app.Value.Count, app.Value.Min.FailedMs)),
            ];
        }
    }

    /// <summary>The oldest of an app beyond a count.</summary>
    public List<DeadLetterId> Beyond(string app, int countMax)
    {
        lock (_lock)
        {
            return _apps.TryGetValue(app, out var letters) && letters.Count > countMax
                ? [.. letters.Take(letters.Count - countMax).Select(letter => letter.Id)]
                : [];
        }
    }

    /// <summary>Those of all apps that failed at or before a moment.</summary>
    public List<DeadLetterId> FailedBefore(long failedMs)
    {
        lock (_lock)
        {
            return
            [
                .. _apps.Values.SelectMany(letters =>
                    letters
                        .TakeWhile(letter => letter.FailedMs <= failedMs)
                        .Select(letter => letter.Id)
                ),
            ];
        }
    }

    /// <summary>When the oldest of all apps failed; null: there is none.</summary>
    public long? OldestMs()
    {
        var depths = Depths();
        return depths.Count == 0 ? null : depths.Min(depth => depth.OldestMs);
    }
}
