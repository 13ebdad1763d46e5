using Waverless.Cluster;

namespace Waverless.Scheduling;

/// <summary>
/// The orders of the apps that were placed last. Thread-safe without locks, of fixed size: of two
/// apps that share a place the one asked for later is there.
/// </summary>
internal sealed class OrderCache
{
    /// <summary>Orders that are kept.</summary>
    public const int EntriesMax = 1024;

    private readonly AppOrder?[] _entries = new AppOrder?[EntriesMax];

    public AppOrder Of(ulong app, ClusterSnapshot cluster, ClusterLayout layout)
    {
        ref var place = ref _entries[(app ^ layout.Fingerprint) % EntriesMax];
        var order = Volatile.Read(ref place);
        if (order is null || order.App != app || order.Fingerprint != layout.Fingerprint)
        {
            order = new AppOrder(app, cluster, layout);
            Volatile.Write(ref place, order);
        }

        return order;
    }
}
