using System.Diagnostics.CodeAnalysis;

namespace Waverless.Cluster.Membership;

/// <summary>The other nodes that a node knows.</summary>
internal sealed class MemberTable(NodeId self, Random random)
{
    private readonly Dictionary<NodeId, MemberEntry> _entries = [];
    private readonly List<MemberEntry> _shuffled = [];
    private readonly List<(ulong Key, MemberEntry Entry)> _ring = [];

    public int Count => _entries.Count;

    public IReadOnlyList<MemberEntry> All => _shuffled;

    /// <summary>Other nodes that may answer.</summary>
    public int Present { get; private set; }

    public bool TryGet(NodeId id, [NotNullWhen(true)] out MemberEntry? entry) =>
        _entries.TryGetValue(id, out entry);

    public void Add(MemberEntry entry)
    {
        _entries.Add(entry.Id, entry);
        _shuffled.Add(entry);
        var key = RingKey(entry.Id);
        _ring.Insert(RingIndex(key), (key, entry));
        Present += entry.IsPresent ? 1 : 0;
    }

    public void Remove(MemberEntry entry)
    {
        _entries.Remove(entry.Id);
        _shuffled.Remove(entry);
        _ring.RemoveAt(RingIndex(RingKey(entry.Id)));
        Present -= entry.IsPresent ? 1 : 0;
    }

    public void Set(MemberEntry entry, MemberRecord record)
    {
        Present += (record.IsPresent ? 1 : 0) - (entry.IsPresent ? 1 : 0);
        entry.Record = record;
    }

    /// <summary>Picks so many nodes at random; fewer if there are no more that fit.</summary>
    public List<MemberEntry> Pick(int count, Func<MemberEntry, bool> fits)
    {
        var picked = new List<MemberEntry>(count);
        for (var i = 0; i < _shuffled.Count && picked.Count < count; i++)
        {
            var j = random.Next(i, _shuffled.Count);
            (_shuffled[i], _shuffled[j]) = (_shuffled[j], _shuffled[i]);
            if (fits(_shuffled[i]))
            {
                picked.Add(_shuffled[i]);
            }
        }

        return picked;
    }

    /// <summary>
    /// The next nodes on the ring that nobody suspects: each node has two that watch it, so that
    /// the time to see its end has a bound that no chance exceeds.
    /// </summary>
    /// <param name="skip">0: the next one; 1: the one after it.</param>
    public MemberEntry? Successor(int skip)
    {
        var from = RingIndex(RingKey(self));
        for (var i = 0; i < _ring.Count; i++)
        {
            var entry = _ring[(from + i) % _ring.Count].Entry;
            if (entry.Record.Health == MemberHealth.Alive && skip-- == 0)
            {
                return entry;
            }
        }

        return null;
    }

    /// <summary>The finalizer of SplitMix64: neighbours by id are none on the ring.</summary>
    private static ulong RingKey(NodeId id)
    {
        var z = id.Value * 0x9E3779B97F4A7C15UL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }

    private int RingIndex(ulong key)
    {
        var (low, high) = (0, _ring.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_ring[middle].Key < key)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        return low;
    }
}
