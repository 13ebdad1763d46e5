using Waverless.Cluster.Placement;
using Waverless.Kv;

namespace Waverless.Cluster.Moves;

/// <summary>
/// Takes up the shards that the map gives to this node, and deletes what it gives to others. Goes
/// by the state of things alone, so that it does after a crash what is left to do.
/// </summary>
/// <param name="parts">What it works with.</param>
/// <param name="isBusy">Whether a shard is on its way from here.</param>
/// <param name="isExpected">Whether a partition is on its way to here.</param>
internal sealed class ShardKeeper(
    MoveParts parts,
    Func<int, bool> isBusy,
    Func<PartitionId, bool> isExpected
)
{
    // 0: idle, 1: at work, 2: at work, and there may be more.
    private int _state;
    private ulong _remembered;

    /// <summary>There may be something to do.</summary>
    public void Signal()
    {
        if (parts.IsReady && Interlocked.Exchange(ref _state, 2) == 0)
        {
            parts.Start(RunAsync);
        }
    }

    /// <summary>
    /// Serves what is at home here; at the start of a node, before its events are taken up.
    /// </summary>
    public void OpenOwn()
    {
        var fenced = parts.Transfer.Fenced;
        for (var shard = 0; shard < Shards.Count; shard++)
        {
            if (parts.Homes.Map.Homes[shard] == parts.Homes.Self && parts.Homes.IsClosed(shard))
            {
                if (fenced.Contains(shard))
                {
                    parts.Transfer.Unfence(shard);
                }

                parts.Homes.Open(shard);
            }
        }
    }

    /// <summary>Remembers a map on the disk.</summary>
    /// <exception cref="StorageException">The disk refused.</exception>
    private void Remember(PlacementMap map)
    {
        if (map.Epoch > _remembered)
        {
            parts.Transfer.Remember(MapCodec.Encode(map));
            _remembered = map.Epoch;
        }
    }

    private async Task RunAsync()
    {
        do
        {
            Interlocked.Exchange(ref _state, 1);
            try
            {
                var map = parts.Homes.Map;
                Remember(map);
                parts.Passed(MoveStep.Remembered);
                await TakeUpAsync();
                DeleteForeign(map);
            }
            catch (StorageException failure)
            {
                Log.KeepingFailed(parts.Logger, failure.Message);
                await Task.Delay(MoveLimits.RetryPause, parts.Time, CancellationToken.None);
                Interlocked.Exchange(ref _state, 2);
            }
        } while (
            !parts.Stopping.IsCancellationRequested
            && Interlocked.CompareExchange(ref _state, 0, 1) != 1
        );
    }

    private async Task TakeUpAsync()
    {
        for (var shard = 0; shard < Shards.Count; shard++)
        {
            if (
                parts.Homes.Map.Homes[shard] == parts.Homes.Self
                && parts.Homes.IsClosed(shard)
                && !isBusy(shard)
            )
            {
                await TakeUpAsync(shard);
            }
        }
    }

    private async Task TakeUpAsync(int shard)
    {
        var opened = new List<(PartitionId, List<Events.FunctionLane>)>();
        foreach (var partition in parts.PartitionsOf([shard]))
        {
            var lanes = await parts.Events.BeginAsync(parts.Engine, partition, default);
            opened.Add((partition, lanes));
        }

        parts.Passed(MoveStep.EventsRead);
        parts.Transfer.Unfence(shard);
        parts.Passed(MoveStep.TargetUnfenced);
        parts.Homes.Open(shard);
        parts.Passed(MoveStep.Opened);
        foreach (var (partition, lanes) in opened)
        {
            Log.TakenUp(parts.Logger, partition);
            await parts.Events.RunAsync(partition, lanes);
            parts.Deadlines.Open(partition);
            parts.Arrived(partition);
        }
    }

    /// <summary>
    /// Only by a map of the metadata that was read after this life of the node has greeted: what
    /// the map does not give to the node by then, no move that began before will. And only what
    /// the remembered map does not give to it: a crash must not find it served and empty.
    /// </summary>
    private void DeleteForeign(PlacementMap remembered)
    {
        foreach (var partition in parts.Engine.Partitions)
        {
            // In this order: what is expected no longer may have come home.
            var isForeign =
                Shards.CanMove(partition)
                && !isExpected(partition)
                && !parts.Homes.IsLocal(partition)
                && remembered.HomeOf(partition) != parts.Homes.Self;
            if (isForeign)
            {
                parts.Transfer.Delete(partition);
                parts.Passed(MoveStep.Deleted);
                Log.Deleted(parts.Logger, partition, parts.Homes.HomeOf(partition));
            }
        }

        foreach (var shard in parts.Transfer.Fenced)
        {
            var isForeign =
                remembered.Homes[shard] != parts.Homes.Self
                && parts.Homes.Map.Homes[shard] != parts.Homes.Self;
            if (isForeign && !isBusy(shard))
            {
                parts.Transfer.Unfence(shard);
                parts.Passed(MoveStep.SourceUnfenced);
            }
        }
    }
}
