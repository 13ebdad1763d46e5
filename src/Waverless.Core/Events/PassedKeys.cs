using System.Diagnostics.CodeAnalysis;
using Waverless.Kv;

namespace Waverless.Events;

/// <summary>
/// Ordering keys that are held and have more events than memory has room for: theirs stay on disk
/// and reading goes on past them, so that they keep nobody else waiting. When a key's events in
/// memory have ended, its next ones are read. Not thread-safe: its lane locks it.
/// </summary>
internal sealed class PassedKeys
{
    // By priority, from where on events of the key were passed over.
    private readonly Dictionary<KvKey, SortedList<byte, EventPosition>> _from = [];
    private readonly Queue<KvKey> _wanted = new();
    private PassedRead? _reading;

    public int Count => _from.Count;

    /// <summary>Whether a key's next events are wanted in memory.</summary>
    public bool HasWanted => _wanted.Count > 0;

    public bool Contains(in KvKey key) => _from.ContainsKey(key);

    /// <summary>An event of the key stays on disk, or goes back there.</summary>
    public void Add(in KvKey key, in EventPosition position)
    {
        if (!_from.TryGetValue(key, out var from))
        {
            _from.Add(key, from = []);
        }

        if (!from.TryGetValue(position.Priority, out var known) || IsBelow(position, known))
        {
            from[position.Priority] = position;
        }
    }

    /// <summary>The key has no event in memory any more.</summary>
    public void Want(in KvKey key) => _wanted.Enqueue(key);

    /// <summary>Begins to read a wanted key's next events of one priority.</summary>
    public PassedRead BeginRead(LaneFrontier frontier)
    {
        var key = _wanted.Dequeue();
        var from = _from[key];
        var start = from.Values[0];
        from.RemoveAt(0);
        var read = new PassedRead(key, start, frontier.BandOf(start.Priority).Last);
        _reading = read;
        return read;
    }

    /// <summary>Ends it; the rest, from that position on, stays on disk.</summary>
    public void EndRead(EventPosition? rest)
    {
        var key = _reading!.Value.Key;
        _reading = null;
        if (rest is { } position)
        {
            Add(key, position);
        }

        if (_from[key].Count == 0)
        {
            _from.Remove(key);
        }
    }

    /// <summary>The lowest position of a priority that was passed over.</summary>
    public bool TryFindLowest(byte priority, [NotNullWhen(true)] out EventPosition? lowest)
    {
        lowest = _reading?.Start.Priority == priority ? _reading.Value.Start : null;
        foreach (var from in _from.Values)
        {
            if (
                from.TryGetValue(priority, out var position)
                && (lowest is not { } low || IsBelow(position, low))
            )
            {
                lowest = position;
            }
        }

        return lowest is not null;
    }

    private static bool IsBelow(in EventPosition one, in EventPosition other) =>
        (one.Revision, one.Ordinal).CompareTo((other.Revision, other.Ordinal)) < 0;
}

/// <summary>The reading of a key's events that were passed over.</summary>
/// <param name="Key">Whose.</param>
/// <param name="Start">The first of them.</param>
/// <param name="End">How far memory knew when it began: what follows is told anew.</param>
internal readonly record struct PassedRead(KvKey Key, EventPosition Start, EventPosition End)
{
    /// <summary>Reading begins behind this position.</summary>
    public EventPosition After =>
        Start.Ordinal > 0
            ? Start with
            {
                Ordinal = Start.Ordinal - 1,
            }
            : Start with
            {
                Revision = Start.Revision - 1,
                Ordinal = int.MaxValue,
            };

    public bool Covers(in EventPosition position) =>
        position.Priority == End.Priority
        && (position.Revision, position.Ordinal).CompareTo((End.Revision, End.Ordinal)) <= 0;
}
