using System.Runtime.CompilerServices;
using Waverless.Cluster;

namespace Waverless.Scheduling;

/// <summary>
/// The layouts of the views that were asked for last: the cluster's own, and what affinity leaves
/// of it for some functions. Thread-safe without locks.
/// </summary>
internal sealed class LayoutCache
{
    private const int EntriesMax = 16;

    private readonly Entry?[] _entries = new Entry?[EntriesMax];

    public ClusterLayout Of(ClusterSnapshot cluster)
    {
        ref var place = ref _entries[(uint)RuntimeHelpers.GetHashCode(cluster) % EntriesMax];
        var entry = Volatile.Read(ref place);
        if (entry is null || !ReferenceEquals(entry.Of, cluster))
        {
            entry = new Entry(cluster, new ClusterLayout(cluster));
            Volatile.Write(ref place, entry);
        }

        return entry.Layout;
    }

    private sealed record Entry(ClusterSnapshot Of, ClusterLayout Layout);
}
