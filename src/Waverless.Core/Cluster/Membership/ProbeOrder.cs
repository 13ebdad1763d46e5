namespace Waverless.Cluster.Membership;

/// <summary>
/// Whom to probe next: those whose suspicion is to be checked first; then by turns the successors
/// on the ring, and all others in an order that is shuffled each time round.
/// </summary>
internal sealed class ProbeOrder(MemberTable table, Random random)
{
    /// <summary>How many successors a node watches.</summary>
    private const int Watched = 2;

    private readonly Queue<NodeId> _urgent = new();
    private readonly List<NodeId> _round = [];
    private int _next;
    private int _turn;

    /// <summary>A new node is met in the round that runs.</summary>
    public void Add(NodeId node) => _round.Insert(random.Next(_next, _round.Count + 1), node);

    /// <summary>Probes a node before the others.</summary>
    public void Hurry(NodeId node)
    {
        if (!_urgent.Contains(node))
        {
            _urgent.Enqueue(node);
        }
    }

    public MemberEntry? Next(Func<MemberEntry, bool> fits)
    {
        while (_urgent.TryDequeue(out var urgent))
        {
            if (table.TryGet(urgent, out var entry) && entry.IsPresent && fits(entry))
            {
                return entry;
            }
        }

        _turn = (_turn + 1) % (2 * Watched);
        if (_turn % 2 == 0 && table.Successor(_turn / 2) is { } successor && fits(successor))
        {
            return successor;
        }

        return OfRound(fits);
    }

    private MemberEntry? OfRound(Func<MemberEntry, bool> fits)
    {
        for (var tries = _round.Count - _next + table.Count; tries >= 0; tries--)
        {
            if (_next >= _round.Count)
            {
                if (!TryBeginRound())
                {
                    return null;
                }
            }

            if (table.TryGet(_round[_next++], out var entry) && entry.IsPresent && fits(entry))
            {
                return entry;
            }
        }

        return null;
    }

    private bool TryBeginRound()
    {
        _round.Clear();
        _next = 0;
        foreach (var entry in table.All)
        {
            if (entry.IsPresent)
            {
                _round.Insert(random.Next(_round.Count + 1), entry.Id);
            }
        }

        return _round.Count > 0;
    }
}
