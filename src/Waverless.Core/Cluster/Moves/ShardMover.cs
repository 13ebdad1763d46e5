using Waverless.Cluster.Peers;
using Waverless.Cluster.Placement;
using Waverless.Kv;
using Waverless.Messaging;
using Waverless.Messaging.Wire;

namespace Waverless.Cluster.Moves;

/// <summary>Gives shards to other nodes when the coordinator asks for it. Bounded.</summary>
internal sealed class ShardMover(MoveParts parts)
{
    private readonly Lock _lock = new();
    private readonly HashSet<int> _running = [];
    private readonly HashSet<int> _closesFirst = [];
    private readonly Dictionary<NodeId, (long Since, int Failures)> _failed = [];
    private int _moves;

    /// <summary>Called when a move has ended, well or not.</summary>
    public Action Ended { get; set; } = static () => { };

    public void Serve(PeerRequests requests) =>
        requests.OnRequest(ClusterMessages.Move, MoveRequest.Parser, MoveAsync);

    /// <summary>Whether a shard is on its way from here.</summary>
    public bool IsBusy(int shard)
    {
        lock (_lock)
        {
            return _running.Contains(shard);
        }
    }

    /// <summary>Begins to move those of the shards that it can.</summary>
    public void Start(IEnumerable<int> shards, NodeId to)
    {
        List<int> chosen;
        bool closesFirst;
        lock (_lock)
        {
            var mayStart = parts.IsReady && _moves < MoveLimits.ExportsMax && !IsResting(to);
            chosen = mayStart ? Choose(shards) : [];
            if (chosen.Count == 0 || to == parts.Homes.Self)
            {
                return;
            }

            _moves++;
            _running.UnionWith(chosen);
            closesFirst = chosen.Exists(_closesFirst.Contains);
        }

        parts.Start(() => RunAsync(chosen, to, closesFirst));
    }

    /// <summary>All that are empty, and one that is not: closed shards wait for each other.</summary>
    private List<int> Choose(IEnumerable<int> shards)
    {
        var chosen = new List<int>();
        var hasData = false;
        foreach (var shard in shards.Distinct().Take(Shards.Count))
        {
            var isOwn =
                (uint)shard < Shards.Count
                && parts.Homes.Map.Homes[shard] == parts.Homes.Self
                && !parts.Homes.IsClosed(shard)
                && !_running.Contains(shard);
            if (!isOwn)
            {
                continue;
            }

            var isEmpty = parts.PartitionsOf([shard]).Count == 0;
            if (isEmpty || !hasData)
            {
                chosen.Add(shard);
                hasData |= !isEmpty;
            }
        }

        return chosen;
    }

    /// <summary>Whether moves to a node have failed of late: the more, the longer it rests.</summary>
    private bool IsResting(NodeId to)
    {
        if (!_failed.TryGetValue(to, out var failed))
        {
            return false;
        }

        var rest = MoveLimits.RetryPause * Math.Pow(2, Math.Min(failed.Failures, 16));
        var longest = MoveLimits.RestMax;
        return parts.Time.GetElapsedTime(failed.Since) < (rest < longest ? rest : longest);
    }

    private void Failed(List<int> shards, NodeId to, bool hasOverflowed)
    {
        lock (_lock)
        {
            var failures = _failed.GetValueOrDefault(to).Failures + 1;
            _failed[to] = (parts.Time.GetTimestamp(), failures);
            if (hasOverflowed)
            {
                _closesFirst.UnionWith(shards);
            }
        }
    }

    private ValueTask<TransportReply> MoveAsync(
        NodeId from,
        MoveRequest request,
        TimeSpan? timeout,
        CancellationToken ct
    )
    {
        var shards = request.Shards.Select(shard => (int)shard).ToList();
        if (request.Start)
        {
            Start(shards, new NodeId(request.To));
        }

        var reply = new MoveReply();
        reply.Running.AddRange(shards.Where(IsBusy).Select(shard => (uint)shard));
        return new ValueTask<TransportReply>(PeerCodec.Reply(reply));
    }

    private async Task RunAsync(List<int> shards, NodeId to, bool closesFirst)
    {
        try
        {
            await MoveAsync(shards, to, closesFirst);
        }
        finally
        {
            lock (_lock)
            {
                _moves--;
                _running.ExceptWith(shards);
            }

            Ended();
        }
    }

    private async Task MoveAsync(List<int> shards, NodeId to, bool closesFirst)
    {
        ulong id;
        lock (parts.Random)
        {
            id = (ulong)parts.Random.NextInt64(1, long.MaxValue);
        }

        using var move = new ShardMove(parts, shards, to, id, closesFirst);
        try
        {
            await move.RunAsync();
            lock (_lock)
            {
                _failed.Remove(to);
            }
        }
        catch (Exception failure) when (failure is MoveFailedException or StorageException)
        {
            parts.Metrics.Failed();
            Log.MoveFailed(parts.Logger, shards.Count, to, failure.Message);
            Failed(shards, to, move.HasOverflowed);
            move.Abort();
        }
        catch (OperationCanceledException) when (parts.Stopping.IsCancellationRequested)
        {
            // What has become of it is seen at the next start.
        }
    }
}
