using Waverless.Kv;

namespace Waverless.Cluster.Routing;

/// <summary>
/// How far a watch is that goes on elsewhere when the partition moves or a connection is lost. A
/// commit may have several changes: a watch that ended between two of them takes up the commit
/// anew, and passes over those that it has delivered.
/// </summary>
internal sealed class WatchPlace(Revision after)
{
    private Revision _current;
    private int _delivered;
    private int _met;

    /// <summary>All changes up to here were delivered.</summary>
    public Revision After { get; private set; } = after;

    /// <summary>The watch begins anew behind <see cref="After"/>.</summary>
    public void Restart() => _met = 0;

    /// <summary>Whether a change was not delivered before.</summary>
    public bool Take(KvChange change)
    {
        if (change.Revision != _current)
        {
            After = _current == default ? After : _current;
            _current = change.Revision;
            _delivered = _met = 0;
        }

        if (_met < _delivered)
        {
            _met++;
            return false;
        }

        _delivered++;
        _met++;
        return true;
    }
}
