using Waverless.Diagnostics;
using Waverless.Kv;

namespace Waverless.Events;

/// <summary>
/// Takes up the events of partitions from the store, at the start of a node and when a partition
/// comes from elsewhere, and lets go of them: what is in memory goes, the records stay.
/// </summary>
internal sealed class PartitionHandover(EventPumpParts parts, EventPump pump)
{
    private static readonly TimeSpan LookPause = TimeSpan.FromMilliseconds(2);

    /// <summary>Takes up all partitions that are at home here.</summary>
    /// <exception cref="StorageException">The store is closed or failed.</exception>
    public async Task OpenAllAsync(CancellationToken ct)
    {
        var partitions = parts
            .Engine.Partitions.OrderBy(partition => partition.App, StringComparer.Ordinal)
            .ThenBy(partition => partition.Number)
            .ToList();

        // All lanes are told before the first event runs: what it sets off must queue behind
        // what is on disk.
        var lanes = new List<FunctionLane>();
        foreach (var partition in partitions)
        {
            lanes.AddRange(await BeginAsync(parts.Engine, partition, ct));
        }

        Failpoints.Pass(Failpoint.Recovered);
        await RunAsync(lanes, ct);
        foreach (var partition in partitions)
        {
            pump.OutboxOf(partition).Signal();
        }

        pump.Start(() => pump.Keeper.LoadAsync(partitions));
    }

    /// <summary>
    /// Finds the lanes of a partition; from here on what is new queues behind what is stored.
    /// </summary>
    /// <exception cref="StorageException">The store is closed or failed.</exception>
    public async Task<List<FunctionLane>> BeginAsync(
        IStorageEngine engine,
        PartitionId partition,
        CancellationToken ct
    )
    {
        var ready = await engine.ReadEventFunctionsAsync(partition, EventState.Ready, ct);
        var due = await engine.ReadEventFunctionsAsync(partition, EventState.Due, ct);
        var delayed = await engine.ReadEventFunctionsAsync(partition, EventState.Delayed, ct);
        var lanes = new List<FunctionLane>();
        foreach (var function in ready.Union(due).Union(delayed))
        {
            var lane = pump.Lane(partition, function);
            lane.BeginRecovery();
            lanes.Add(lane);
            Log.TakingUp(parts.Logger, partition.App, function);
        }

        return lanes;
    }

    /// <summary>Runs what a partition that came from elsewhere has brought along.</summary>
    public async Task RunAsync(PartitionId partition, List<FunctionLane> lanes)
    {
        await RunAsync(lanes, CancellationToken.None);
        pump.OutboxOf(partition).Signal();
        pump.Start(() => pump.Keeper.LoadAsync([partition]));
    }

    /// <summary>
    /// Begins no further event of a partition, waits for those that run, but not for long, and
    /// writes down what has ended.
    /// </summary>
    public async Task HoldAsync(PartitionId partition, TimeSpan longest)
    {
        if (pump.Find(partition) is not { } inbox)
        {
            return;
        }

        inbox.Hold();
        var since = pump.Timestamp;
        while (!inbox.IsQuiet && pump.Elapsed(since) < longest)
        {
            await pump.DelayAsync(LookPause);
        }

        await inbox.FlushAllAsync();
    }

    /// <summary>
    /// Lets go of a partition. What still runs is cancelled, and cannot commit any more.
    /// </summary>
    public void Drop(PartitionId partition)
    {
        pump.Forget(partition);
        pump.DeadLetters.RemoveAll(partition);
        pump.Parked.RemoveAll(partition);
    }

    private static async Task RunAsync(List<FunctionLane> lanes, CancellationToken ct)
    {
        foreach (var lane in lanes)
        {
            await lane.RecoverAsync(ct);
        }
    }
}
