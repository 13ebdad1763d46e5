using Google.Protobuf;
using Waverless.Cluster.Peers;
using Waverless.Cluster.Placement;
using Waverless.Cluster.Routing;
using Waverless.Kv;
using Waverless.Messaging;
using Waverless.Messaging.Wire;

namespace Waverless.Cluster.Moves;

/// <summary>Takes in shards that other nodes give. Bounded; what nobody goes on with is given up.</summary>
internal sealed class ShardImports(MoveParts parts, Func<bool> takesShards)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, ShardImport> _imports = [];
    private int _isBeginning;

    public void Serve(PeerRequests requests)
    {
        requests.OnRequest(ClusterMessages.ImportBegin, ImportBegin.Parser, BeginAsync);
        requests.OnRequest(ClusterMessages.ImportChunk, ImportChunk.Parser, ChunkAsync);
        requests.OnRequest(ClusterMessages.ImportFinish, ImportFinish.Parser, FinishAsync);
        requests.OnPost(ClusterMessages.ImportAbort, AbortAsync);
    }

    /// <summary>Whether a partition is on its way to here.</summary>
    public bool Expects(PartitionId partition)
    {
        lock (_lock)
        {
            return _imports.Values.Any(import => import.Holds(partition));
        }
    }

    /// <summary>
    /// Removes what came of moves that nobody goes on with: of such as are finished only once they
    /// can no longer succeed.
    /// </summary>
    /// <exception cref="StorageException">The store failed, or the metadata is away.</exception>
    public async Task SweepAsync(CancellationToken ct)
    {
        if (!HasIdle())
        {
            return;
        }

        await BeginTurnAsync(ct);
        try
        {
            await parts.Follower.GreetAsync(ct);
            lock (_lock)
            {
                foreach (var (move, import) in _imports.ToList())
                {
                    if (IsIdle(import) && !import.Shards.Any(IsOwn))
                    {
                        Discard(move, import);
                    }
                }
            }
        }
        finally
        {
            EndTurn();
        }
    }

    private bool HasIdle()
    {
        lock (_lock)
        {
            return _imports.Values.Any(IsIdle);
        }
    }

    private bool IsIdle(ShardImport import) =>
        parts.Time.GetElapsedTime(import.Used) > MoveLimits.ImportIdleMax;

    /// <summary>One at a time begins an import, or ends what is left of others.</summary>
    private async Task BeginTurnAsync(CancellationToken ct)
    {
        while (Interlocked.Exchange(ref _isBeginning, 1) != 0)
        {
            await Task.Delay(MoveLimits.GatePause, parts.Time, ct);
        }
    }

    private void EndTurn() => Interlocked.Exchange(ref _isBeginning, 0);

    private async ValueTask<TransportReply> BeginAsync(
        NodeId from,
        ImportBegin request,
        TimeSpan? timeout,
        CancellationToken ct
    )
    {
        var shards = request.Shards.Select(shard => (int)shard).ToHashSet();
        await BeginTurnAsync(ct);
        try
        {
            if (_imports.ContainsKey(request.Move))
            {
                return PeerCodec.Reply(new ImportReply());
            }

            if (!parts.IsReady || !takesShards())
            {
                return Refuse("the node takes no shards now");
            }

            if (shards.Any(shard => (uint)shard >= Shards.Count || IsOwn(shard)))
            {
                return Refuse("some of the shards are at home here");
            }

            if (!MakeRoom(shards))
            {
                return Refuse($"{MoveLimits.ImportsMax} moves to it are on their way");
            }

            if (parts.PartitionsOf(shards).Count > 0)
            {
                // Left by a move that may still be about to succeed: no more, from here on.
                await parts.Follower.GreetAsync(ct);
                if (shards.Any(IsOwn))
                {
                    return Refuse("some of the shards are at home here");
                }

                Forget(import => import.Shards.Any(shards.Contains));
                parts.PartitionsOf(shards).ForEach(parts.Transfer.Delete);
            }

            lock (_lock)
            {
                var now = parts.Time.GetTimestamp();
                _imports.Add(request.Move, new ShardImport(parts.Transfer, shards, now));
            }

            parts.Passed(MoveStep.ImportBegun);
            return PeerCodec.Reply(new ImportReply());
        }
        catch (StorageException failure)
        {
            return PeerCodec.Fail(PartitionCodec.Failure(failure));
        }
        finally
        {
            EndTurn();
        }
    }

    private ValueTask<TransportReply> ChunkAsync(
        NodeId from,
        ImportChunk chunk,
        TimeSpan? timeout,
        CancellationToken ct
    ) =>
        Step(
            chunk.Move,
            MoveStep.ImportWritten,
            import => import.Write(chunk, parts.Time.GetTimestamp())
        );

    private ValueTask<TransportReply> FinishAsync(
        NodeId from,
        ImportFinish request,
        TimeSpan? timeout,
        CancellationToken ct
    ) =>
        Step(
            request.Move,
            MoveStep.ImportFinished,
            import => import.Finish(request.Partitions, parts.Time.GetTimestamp())
        );

    private ValueTask AbortAsync(NodeId from, TransportMessage message)
    {
        try
        {
            var move = Messaging.Wire.ImportAbort.Parser.ParseFrom(message.Body).Move;
            lock (_lock)
            {
                if (_imports.TryGetValue(move, out var import) && !import.Shards.Any(IsOwn))
                {
                    Discard(move, import);
                }
            }
        }
        catch (Exception failure)
            when (failure is InvalidProtocolBufferException or StorageException)
        {
            // What is left is found by the next move of the shards, or the next start.
        }

        return default;
    }

    private ValueTask<TransportReply> Step(
        ulong move,
        MoveStep which,
        Func<ShardImport, string?> step
    )
    {
        try
        {
            lock (_lock)
            {
                if (!_imports.TryGetValue(move, out var import))
                {
                    return new(Refuse("the move is not known"));
                }

                if (step(import) is { } why)
                {
                    Discard(move, import);
                    return new(Refuse(why));
                }

                parts.Passed(which);

                // Before the answer: whoever reads the map later has greeted later.
                var reply = new ImportReply { Greeting = parts.Follower.Greeting };
                return new(PeerCodec.Reply(reply));
            }
        }
        catch (StorageException failure)
        {
            return new(PeerCodec.Fail(PartitionCodec.Failure(failure)));
        }
    }

    /// <summary>
    /// Ends imports of the same shards, which an earlier move began, and such that nobody goes on
    /// with, unless they are finished; false: too many are left.
    /// </summary>
    private bool MakeRoom(HashSet<int> shards)
    {
        lock (_lock)
        {
            foreach (var (move, import) in _imports.ToList())
            {
                if (!import.IsFinished && (IsIdle(import) || import.Shards.Any(shards.Contains)))
                {
                    Discard(move, import);
                }
            }

            return _imports.Values.Count(import => !import.IsFinished) < MoveLimits.ImportsMax;
        }
    }

    /// <summary>
    /// What is finished is forgotten once it is at home here, and at no other time: the move may
    /// still succeed.
    /// </summary>
    public void Settle() => Forget(import => import.Shards.All(IsOwn));

    private void Forget(Func<ShardImport, bool> which)
    {
        lock (_lock)
        {
            foreach (var (move, import) in _imports.ToList())
            {
                if (import.IsFinished && which(import))
                {
                    _imports.Remove(move);
                }
            }
        }
    }

    private void Discard(ulong move, ShardImport import)
    {
        _imports.Remove(move);
        import.Discard();
    }

    private bool IsOwn(int shard) => parts.Homes.Map.Homes[shard] == parts.Homes.Self;

    private static TransportReply Refuse(string why) =>
        PeerCodec.Refuse(Refusal.Types.Code.NotReady, why);
}
