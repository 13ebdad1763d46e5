using System.Collections.Immutable;
using Waverless.Cluster.Placement;
using Waverless.Messaging;
using Waverless.Messaging.Wire;
using MemberEntry = Waverless.Messaging.Wire.MemberEntry;

namespace Waverless.Cluster.Moves;

/// <summary>
/// Runs on the node that holds the metadata: has shards moved, a few at a time, until they are
/// where the nodes in service should have them. Never because a node is away: its data is with it.
/// </summary>
/// <param name="parts">What it works with.</param>
/// <param name="local">This node's own moves.</param>
internal sealed class ShardBalancer(MoveParts parts, ShardMover local)
{
    /// <summary>Looks now and then until the node stops.</summary>
    public async Task RunAsync()
    {
        try
        {
            await parts.Ready;
            while (!parts.Stopping.IsCancellationRequested)
            {
                var isBusy = await LookAsync();
                var pause = isBusy ? MoveLimits.BusyPause : MoveLimits.LookEvery;
                await Task.Delay(pause, parts.Time, parts.Stopping);
            }
        }
        catch (OperationCanceledException)
        {
            // The node stops.
        }
    }

    /// <summary>Shards that are not yet where they should be, as this node knows it.</summary>
    public int Due
    {
        get
        {
            var (target, map) = (Target(), parts.Homes.Map);
            return target.IsEmpty
                ? 0
                : Enumerable
                    .Range(0, Shards.Count)
                    .Count(shard => map.Homes[shard] != target[shard]);
        }
    }

    /// <summary>Asks for the moves that are due; true: some are on their way.</summary>
    public async Task<bool> LookAsync()
    {
        if (!parts.Follower.IsSynced)
        {
            return false;
        }

        var target = Target();
        if (target.IsEmpty)
        {
            return false;
        }

        var map = parts.Homes.Map;
        var due = Enumerable
            .Range(0, Shards.Count)
            .Where(shard => map.Homes[shard] != target[shard])
            .GroupBy(shard => (From: map.Homes[shard], To: target[shard]))
            .OrderBy(move => (move.Key.From.Value, move.Key.To.Value))
            .Where(move => MayAsk(move.Key))
            .Take(MoveLimits.MovesMax)
            .ToList();
        var running = 0;
        foreach (var move in due)
        {
            running += await AskAsync(move.Key.From, move.Key.To, [.. move]);
        }

        return running > 0;
    }

    private ImmutableArray<NodeId> Target() =>
        TargetMap.Of(
            parts
                .Follower.Members.Values.Where(entry =>
                    entry.State == MemberEntry.Types.State.InService
                    && ((NodeRoles)entry.Roles).HasFlag(NodeRoles.Worker)
                )
                .Select(MapCodec.Node)
        );

    private bool MayAsk((NodeId From, NodeId To) pair)
    {
        var members = parts.Members.Current.Members;
        return members.Any(member => member.Id == pair.From && member.IsPresent)
            && members.Any(member => member.Id == pair.To && member.TakesWork);
    }

    /// <summary>Asks a node to give shards to another one; returns how many are on their way.</summary>
    private async Task<int> AskAsync(NodeId from, NodeId to, List<int> shards)
    {
        if (from == parts.Homes.Self)
        {
            local.Start(shards, to);
            return shards.Count(local.IsBusy);
        }

        var request = new MoveRequest { To = to.Value, Start = true };
        request.Shards.AddRange(shards.Select(shard => (uint)shard));
        var answer = await parts.Peers.AskAsync(
            from,
            ClusterMessages.Move,
            request,
            MoveReply.Parser,
            MoveLimits.StepTimeout,
            parts.Stopping
        );
        return answer.Reply?.Running.Count ?? 0;
    }
}
