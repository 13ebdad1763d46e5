using Waverless.Cluster;

namespace Waverless.Scheduling;

/// <summary>
/// Which apps one scheduler has sent to which nodes since their last report: they are warm there,
/// or soon will be, though no report says so yet. Thread-safe without locks, of fixed size; an
/// entry that is overwritten costs one cold start too many.
/// </summary>
internal sealed class RecentStarts
{
    /// <summary>Pairs of app and node that are remembered.</summary>
    public const int EntriesMax = 4096;

    private readonly ulong[] _entries = new ulong[EntriesMax];

    /// <summary>Whether the app was sent there since the node's last report or the one before.</summary>
    public bool Contains(in NodeView node, ulong app) =>
        Holds(KeyOf(node.Id, node.Report, app)) || Holds(KeyOf(node.Id, node.Report - 1, app));

    public void Add(in NodeView node, ulong app)
    {
        var key = KeyOf(node.Id, node.Report, app);
        Volatile.Write(ref _entries[key % EntriesMax], key);
    }

    private bool Holds(ulong key) => Volatile.Read(ref _entries[key % EntriesMax]) == key;

    private static ulong KeyOf(NodeId node, ulong report, ulong app) =>
        FrozenHash.Mix(app ^ ((report << 32) | node.Value));
}
