using Waverless.Cluster.Moves;
using Waverless.Cluster.Placement;
using Waverless.Kv;

namespace Waverless.Cluster.Routing;

/// <summary>
/// Where reads and writes of a partition wait that is on its way from or to this node: for a
/// moment, then they go on where it is at home.
/// </summary>
internal sealed class RoutingGate(PartitionHomes homes, TimeProvider time)
{
    /// <summary>Waits until the partition is served here, or is at home elsewhere.</summary>
    /// <exception cref="StorageException">It takes too long.</exception>
    public async ValueTask EnterAsync(PartitionId p, CancellationToken ct)
    {
        if (!await TryEnterAsync(p, ct))
        {
            throw new StorageException(StorageError.Unavailable, Closed(p));
        }
    }

    /// <summary>The same; false: it takes too long.</summary>
    public async ValueTask<bool> TryEnterAsync(PartitionId p, CancellationToken ct)
    {
        var since = time.GetTimestamp();
        while (homes.IsLocal(p) && !homes.IsServed(p))
        {
            if (time.GetElapsedTime(since) > MoveLimits.GateMax)
            {
                return false;
            }

            // Looks now and then: nobody has to be told that a move is over.
            await Task.Delay(MoveLimits.GatePause, time, ct);
        }

        return true;
    }

    public static string Closed(PartitionId p) =>
        $"{p} has been on its way from or to this node for {MoveLimits.GateMax.TotalSeconds} s; "
        + "expected its end.";
}
