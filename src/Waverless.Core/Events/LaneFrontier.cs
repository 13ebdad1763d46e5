using System.Diagnostics.CodeAnalysis;

namespace Waverless.Events;

/// <summary>
/// Where the memory of a lane ends and the disk goes on, by priority: events of each are read back
/// in the order of their positions. Not thread-safe: its lane locks it.
/// </summary>
internal sealed class LaneFrontier
{
    private readonly SortedList<byte, LaneBand> _bands = [];
    private LaneBand? _latest;

    // After a restart: from this priority on, nobody knows yet what is on disk; 256: all is known.
    private int _unknownFrom = byte.MaxValue + 1;

    // The priority that is being read.
    private int _reading;

    /// <summary>Whether there may be events on disk only.</summary>
    public bool IsSpilled { get; private set; }

    public IList<LaneBand> Bands => _bands.Values;

    /// <summary>Starts with everything on disk.</summary>
    public void BeginSpilled()
    {
        _unknownFrom = 0;
        IsSpilled = true;
    }

    /// <summary>
    /// Takes note of an event that was just committed; false: it stays on disk for now, or was
    /// read from there before its commit was announced.
    /// </summary>
    public bool TryAdvance(in EventPosition position, bool hasRoom)
    {
        var band = BandOf(position.Priority);
        if (band.Knows(position))
        {
            return false;
        }

        if (band.IsSpilled || !hasRoom)
        {
            band.Spill();
            IsSpilled = true;
            return false;
        }

        band.Last = position;
        return true;
    }

    /// <summary>Behind which position to read on.</summary>
    public EventPosition BeginRead()
    {
        var band = FirstSpilled();
        _reading = band?.Priority ?? _unknownFrom;
        foreach (var later in _bands.Values)
        {
            later.SpilledSinceRead &= later.Priority < _reading;
        }

        return band?.Last ?? new EventPosition(0, (byte)_reading, 0, 0);
    }

    /// <summary>Whether an event of the page is news; then memory goes as far as it.</summary>
    public bool TryAdvanceByRead(in EventPosition position)
    {
        var isUnknown = position.Priority >= _unknownFrom;
        var band = BandOf(position.Priority);
        band.IsSpilled |= isUnknown;
        if (band.Knows(position))
        {
            return false;
        }

        band.Last = position;
        return true;
    }

    /// <summary>A page was read, of which every position was offered.</summary>
    public void EndRead(in EventPosition last, bool isLast)
    {
        // A record that could not be decoded is behind memory as well.
        if (last != default)
        {
            TryAdvanceByRead(last);
        }

        var end = isLast ? byte.MaxValue + 1 : last.Priority;
        foreach (var band in _bands.Values)
        {
            if (band.Priority >= _reading && band.Priority < end)
            {
                band.IsSpilled = band.SpilledSinceRead;
            }
        }

        _unknownFrom = isLast
            ? byte.MaxValue + 1
            : Math.Max(_unknownFrom, Math.Min(end + 1, byte.MaxValue + 1));
        IsSpilled = _unknownFrom <= byte.MaxValue || FirstSpilled() is not null;
    }

    public LaneBand BandOf(byte priority)
    {
        if (_latest is { } latest && latest.Priority == priority)
        {
            return latest;
        }

        if (!_bands.TryGetValue(priority, out var band))
        {
            band = new LaneBand(priority) { IsSpilled = priority >= _unknownFrom };
            _bands.Add(priority, band);
        }

        return _latest = band;
    }

    public bool TryFind(byte priority, [NotNullWhen(true)] out LaneBand? band) =>
        _bands.TryGetValue(priority, out band);

    private LaneBand? FirstSpilled()
    {
        foreach (var band in _bands.Values)
        {
            if (band.IsSpilled && band.Priority < _unknownFrom)
            {
                return band;
            }
        }

        return null;
    }
}
