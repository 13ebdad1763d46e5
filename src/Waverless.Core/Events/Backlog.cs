using System.Collections.Concurrent;
using Waverless.Kv;

namespace Waverless.Events;

/// <summary>
/// Events that wait or run, counted per app. The soft bound refuses roots, so that triggered work
/// drains; the hard bound protects the disk (SEMANTICS §4 "Overload").
/// </summary>
internal sealed class Backlog(long softMax, long hardMax)
{
    public const long SoftMaxDefault = 100_000;
    public const long HardMaxDefault = 10_000_000;

    private readonly ConcurrentDictionary<string, Counter> _counters = new(StringComparer.Ordinal);

    /// <summary>Counts of all apps that ever had events.</summary>
    public IEnumerable<(string App, long Count)> All =>
        _counters.Select(item => (item.Key, Volatile.Read(ref item.Value.Count)));

    public long Of(string app) =>
        _counters.TryGetValue(app, out var counter) ? Volatile.Read(ref counter.Count) : 0;

    public void Add(string app, long count) =>
        Interlocked.Add(ref _counters.GetOrAdd(app, static _ => new Counter()).Count, count);

    /// <summary>Whether a root may set off more work.</summary>
    public bool HasRoom(string app) => Of(app) < softMax;

    /// <summary>
    /// Whether timers and expiring keys may set off more work: they come in crowds, and leave the
    /// other half to the calls beside them.
    /// </summary>
    public bool HasRoomForTimers(string app) => Of(app) < Math.Max(1, softMax / 2);

    /// <summary>Why a commit with events is refused; null if it is not.</summary>
    public CommitResult? Refusal(string app, bool isRoot)
    {
        var count = Of(app);
        if (count >= hardMax)
        {
            return KvRefusal.BacklogHard(app, count, hardMax);
        }

        return isRoot && count >= softMax ? KvRefusal.Backlog(app, count, softMax) : null;
    }

    private sealed class Counter
    {
        public long Count;
    }
}
