using Waverless.Cluster.Peers;
using Waverless.Cluster.Placement;
using Waverless.Kv;
using Waverless.Messaging.Wire;

namespace Waverless.Cluster.Moves;

/// <summary>What a node does so that partitions move: follows the map, gives and takes shards.</summary>
internal sealed class ClusterMoves
{
    private readonly MoveParts _parts;
    private readonly ShardMover _mover;
    private readonly ShardImports _imports;
    private readonly ShardKeeper _keeper;
    private readonly ShardBalancer _balancer;
    private int _isEnding;

    public ClusterMoves(MoveParts parts)
    {
        _parts = parts;
        _mover = new ShardMover(parts);
        _imports = new ShardImports(parts, () => !IsLeaving);
        _keeper = new ShardKeeper(parts, _mover.IsBusy, _imports.Expects);
        _balancer = new ShardBalancer(parts, _mover);
        Departure = new ClusterDeparture(
            parts.Follower.Store,
            parts.Homes,
            parts.Members,
            parts.Time
        );
        _mover.Ended = _keeper.Signal;
        parts.Follower.Changed = Follow;
        parts.Homes.Changed += (_, _) =>
        {
            _imports.Settle();
            _keeper.Signal();
        };
    }

    /// <summary>Called when the node is to leave.</summary>
    public Action Leaving { get; set; } = static () => { };

    /// <summary>Whether nothing runs on the node.</summary>
    public Func<bool> IsQuiet { get; set; } = static () => true;

    /// <summary>Takes nodes out of service.</summary>
    public ClusterDeparture Departure { get; }

    public MapFollower Follower => _parts.Follower;

    /// <summary>Shards that are not yet where they should be.</summary>
    public int Due => _balancer.Due;

    /// <summary>Whether the node is on its way out of the cluster.</summary>
    public bool IsLeaving =>
        _parts.Follower.Members.TryGetValue(_parts.Homes.Self, out var self)
        && self.State != MemberEntry.Types.State.InService;

    public void Serve(PeerRequests requests)
    {
        _mover.Serve(requests);
        _imports.Serve(requests);
    }

    /// <summary>
    /// Takes over what the node knew in its life before; what it does not know it does not serve.
    /// </summary>
    /// <exception cref="StorageException">The store failed.</exception>
    public void Recall()
    {
        if (_parts.Transfer.Recall() is { } note && MapCodec.Decode(note) is { } map)
        {
            _parts.Homes.Learn(map);
            foreach (var shard in _parts.Transfer.Fenced)
            {
                _parts.Homes.Close(shard);
            }
        }
        else
        {
            for (var shard = 0; shard < Shards.Count; shard++)
            {
                _parts.Homes.Close(shard);
            }
        }

        _parts.Homes.ClosesGained = true;
    }

    /// <summary>Begins to follow the map, and waits for it, but not for long.</summary>
    public async Task StartAsync()
    {
        _parts.Start(() => _parts.Follower.RunAsync(_parts.Stopping));
        await using var timer = _parts.Time.CreateTimer(
            static state => ((MapFollower)state!).GiveUp(),
            _parts.Follower,
            MoveLimits.CatchUpMax,
            Timeout.InfiniteTimeSpan
        );
        await _parts.Follower.CaughtUp;
        if (_parts.Follower.IsSynced)
        {
            _keeper.OpenOwn();
        }

        _parts.Start(RunAsync);
    }

    /// <summary>From when on the node is ready.</summary>
    private async Task RunAsync()
    {
        try
        {
            await _parts.Ready;
        }
        catch (OperationCanceledException)
        {
            return;
        }

        _keeper.Signal();
        _parts.Start(SweepAsync);
        if (_parts.Homes.Self == _parts.Homes.Coordinator)
        {
            await _balancer.RunAsync();
        }
    }

    /// <summary>What moves that have died left here goes, until the node stops.</summary>
    private async Task SweepAsync()
    {
        while (!_parts.Stopping.IsCancellationRequested)
        {
            try
            {
                await Task.Delay(MoveLimits.SweepEvery, _parts.Time, _parts.Stopping);
                await _imports.SweepAsync(_parts.Stopping);
                _keeper.Signal();
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (StorageException failure)
            {
                Log.KeepingFailed(_parts.Logger, failure.Message);
            }
        }
    }

    private void Follow()
    {
        if (IsLeaving)
        {
            Leaving();
            if (Interlocked.Exchange(ref _isEnding, 1) == 0)
            {
                _parts.Start(EndAsync);
            }
        }

        _keeper.Signal();
    }

    /// <summary>
    /// Says that the node has left, once it has nothing and runs nothing; what others sent before
    /// they knew has arrived by then.
    /// </summary>
    private async Task EndAsync()
    {
        var quiet = 0;
        var self = _parts.Homes.Self;
        try
        {
            while (
                quiet < MoveLimits.QuietLooks || !await Departure.TryEndAsync(self, _parts.Stopping)
            )
            {
                await Task.Delay(MoveLimits.LeaveLook, _parts.Time, _parts.Stopping);
                var hasNothing = _parts.Homes.Map.SharesOf(self) == 0 && IsQuiet();
                quiet = hasNothing ? quiet + 1 : 0;
            }
        }
        catch (OperationCanceledException)
        {
            // The node stops: whoever waits sees that it is away and has nothing, or comes back.
        }
    }
}
