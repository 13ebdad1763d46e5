using Microsoft.Extensions.Logging;
using Waverless.Cluster.Membership;
using Waverless.Cluster.Peers;
using Waverless.Cluster.Placement;
using Waverless.Events;
using Waverless.Kv;
using Waverless.Locks;
using Waverless.Timers;

namespace Waverless.Cluster.Moves;

/// <summary>What moves work with.</summary>
internal sealed record MoveParts
{
    /// <summary>The node's own engine.</summary>
    public required IStorageEngine Engine { get; init; }

    /// <summary>The same.</summary>
    public required IPartitionTransfer Transfer { get; init; }

    public required PartitionHomes Homes { get; init; }

    public required PeerClient Peers { get; init; }

    public required MapFollower Follower { get; init; }

    public required SwimMembership Members { get; init; }

    public required PartitionHandover Events { get; init; }

    public required DeadlineDriver Deadlines { get; init; }

    public required LockLeases Locks { get; init; }

    /// <summary>Called for a partition that came from elsewhere.</summary>
    public required Action<PartitionId> Arrived { get; init; }

    /// <summary>Starts background work on the node's scheduler.</summary>
    public required Action<Func<Task>> Start { get; init; }

    /// <summary>Completes when the node has taken up what it had.</summary>
    public required Task Ready { get; init; }

    /// <summary>Fires when the node stops.</summary>
    public required CancellationToken Stopping { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>Seeded; used under a lock.</summary>
    public required Random Random { get; init; }

    public required ILogger Logger { get; init; }

    public required MoveMetrics Metrics { get; init; }

    /// <summary>Hears of each step; tests end nodes there.</summary>
    public Action<MoveStep> Passed { get; init; } = static _ => { };

    public bool IsReady => Ready.IsCompletedSuccessfully && Follower.IsSynced;

    /// <summary>The partitions of some shards that this node's store has.</summary>
    public List<PartitionId> PartitionsOf(IReadOnlyCollection<int> shards) =>
        [
            .. Engine
                .Partitions.Where(id => Shards.CanMove(id) && shards.Contains(Shards.Of(id)))
                .OrderBy(id => id.App, StringComparer.Ordinal)
                .ThenBy(id => id.Number),
        ];
}
