namespace Waverless.Events;

/// <summary>
/// Which ready records of one priority are in memory and not gone yet, so that it is known below
/// which position none is left. They come in order; those that are read out of order, as the
/// events of a key that was passed over, are kept apart. Not thread-safe: its lane locks it.
/// </summary>
internal sealed class OutstandingPositions
{
    private const int InitialCount = 16;

    private readonly SortedSet<(ulong Revision, int Ordinal)> _late = [];
    private Entry[] _entries = new Entry[InitialCount];
    private int _first;
    private int _count;
    private int _gone;

    /// <summary>The lowest of them; null: there is none.</summary>
    public (ulong Revision, int Ordinal)? Lowest
    {
        get
        {
            (ulong, int)? inOrder = _count == 0 ? null : _entries[_first].Position;
            return _late.Count == 0 ? inOrder
                : inOrder is { } first && first.CompareTo(_late.Min) < 0 ? first
                : _late.Min;
        }
    }

    /// <summary>Adds the highest one so far.</summary>
    public void Add(in EventPosition position)
    {
        if (_first + _count == _entries.Length)
        {
            MakeRoom();
        }

        _entries[_first + _count++] = new Entry(position.Revision, position.Ordinal);
    }

    /// <summary>Adds one that is not the highest.</summary>
    public void AddLate(in EventPosition position) =>
        _late.Add((position.Revision, position.Ordinal));

    /// <summary>One is gone; nothing happens if it was not there.</summary>
    public void Remove(in EventPosition position)
    {
        var key = (position.Revision, position.Ordinal);
        if (_late.Count > 0 && _late.Remove(key))
        {
            return;
        }

        if (_count > 0 && _entries[_first].Position == key)
        {
            _entries[_first].IsGone = true;
            _gone++;
        }
        else if (Find(key) is var index && index >= 0 && !_entries[index].IsGone)
        {
            _entries[index].IsGone = true;
            _gone++;
            return;
        }

        while (_count > 0 && _entries[_first].IsGone)
        {
            _first++;
            _count--;
            _gone--;
        }
    }

    private int Find((ulong, int) key)
    {
        var (low, high) = (_first, _first + _count - 1);
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            var order = _entries[middle].Position.CompareTo(key);
            if (order == 0)
            {
                return middle;
            }

            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }

        return -1;
    }

    /// <summary>Drops what is gone, or grows if that does not make half of the room.</summary>
    private void MakeRoom()
    {
        var kept = _count - _gone;
        var target = kept > _entries.Length / 2 ? new Entry[_entries.Length * 2] : _entries;
        var to = 0;
        for (var from = _first; from < _first + _count; from++)
        {
            if (!_entries[from].IsGone)
            {
                target[to++] = _entries[from];
            }
        }

        (_entries, _first, _count, _gone) = (target, 0, to, 0);
    }

    private struct Entry(ulong revision, int ordinal)
    {
        public (ulong Revision, int Ordinal) Position { get; } = (revision, ordinal);

        public bool IsGone { get; set; }
    }
}
