using System.Collections.Concurrent;

namespace Waverless.Events;

/// <summary>
/// Events that are out of attempts and wait for a person, their ordering keys with them
/// (<c>on_poison: park</c>). Their records stand at a moment that never comes, which holds their
/// keys after a restart as well. Thread-safe.
/// </summary>
internal sealed class ParkedEvents(int countMax)
{
    /// <summary>The moment that never comes: the last millisecond of the year 9999.</summary>
    public const long DueMs = 253_402_300_799_999;

    private readonly ConcurrentDictionary<DeadLetterId, (FunctionLane, PendingEvent)> _parked =
        new();

    /// <summary>All of them.</summary>
    public IEnumerable<(DeadLetterId Id, FunctionLane Lane, PendingEvent Pending)> All =>
        _parked.Select(item => (item.Key, item.Value.Item1, item.Value.Item2));

    public int Count => _parked.Count;

    public bool HasRoom(FunctionLane lane) =>
        _parked.Count < countMax || All.Count(item => item.Lane == lane) < countMax;

    public void Add(FunctionLane lane, PendingEvent pending) =>
        _parked[IdOf(lane, pending)] = (lane, pending);

    public bool TryFind(
        DeadLetterId id,
        [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out FunctionLane lane,
        [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out PendingEvent pending
    )
    {
        var found = _parked.TryGetValue(id, out var item);
        (lane, pending) = item;
        return found;
    }

    public void Remove(DeadLetterId id) => _parked.TryRemove(id, out _);

    /// <summary>Forgets those of a partition.</summary>
    public void RemoveAll(Kv.PartitionId partition)
    {
        foreach (var id in _parked.Keys.Where(id => id.Partition == partition))
        {
            Remove(id);
        }
    }

    private static DeadLetterId IdOf(FunctionLane lane, PendingEvent pending) =>
        DeadLetterId.Of(lane.Inbox.Id, lane.Function, pending.Position);
}
