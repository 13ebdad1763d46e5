using Google.Protobuf;
using Waverless.Kv;
using Waverless.Messaging;
using Waverless.Messaging.Wire;

namespace Waverless.Cluster.Moves;

/// <summary>
/// One move of shards from this node to another one. First all is copied while work goes on, then
/// what was written meanwhile, a few times; then the shards are closed, the rest is copied, and
/// the map is changed: that is the one moment at which the move happens.
/// </summary>
/// <param name="parts">What it works with.</param>
/// <param name="shards">What moves.</param>
/// <param name="to">Where to.</param>
/// <param name="id">Names the move.</param>
/// <param name="closesFirst">Whether nothing is written while it is copied.</param>
internal sealed class ShardMove(
    MoveParts parts,
    IReadOnlyList<int> shards,
    NodeId to,
    ulong id,
    bool closesFirst
) : IDisposable
{
    private readonly List<MovingPartition> _partitions = [];
    private ulong _sequence;
    private bool _isClosed;
    private long _closedSince;

    /// <summary>Whether so much was written during the copy that it has to be closed first.</summary>
    public bool HasOverflowed => _partitions.Exists(partition => partition.HasOverflowed);

    /// <summary>Moves; when it throws, nothing has moved.</summary>
    /// <exception cref="MoveFailedException">It cannot go on.</exception>
    /// <exception cref="StorageException">This node's store, or the metadata, failed.</exception>
    public async Task RunAsync()
    {
        var begin = new ImportBegin { Move = id };
        begin.Shards.AddRange(shards.Select(shard => (uint)shard));
        await AskAsync(ClusterMessages.ImportBegin, begin);
        parts.Passed(MoveStep.Begun);
        if (closesFirst)
        {
            await CloseAsync();
        }

        await CopyAsync();
        parts.Passed(MoveStep.Copied);
        for (
            var round = 0;
            round < MoveLimits.RoundsMax && TouchedCount() > MoveLimits.TailMax;
            round++
        )
        {
            await CopyTouchedAsync();
        }

        if (!closesFirst)
        {
            await CloseAsync();

            // What is new since the beginning has no more than a few records.
            await CopyAsync();
        }

        await CopyTouchedAsync();
        parts.Passed(MoveStep.Sent);
        var finish = new ImportFinish { Move = id };
        finish.Partitions.AddRange(_partitions.Select(partition => partition.Sum()));
        var finished = await AskAsync(ClusterMessages.ImportFinish, finish);
        parts.Passed(MoveStep.Finished);
        await ChangeMapAsync(finished.Greeting);
        Tell();
    }

    private void Tell()
    {
        var pause = parts.Time.GetElapsedTime(_closedSince);
        var bytes = _partitions.Sum(partition => partition.Bytes);
        var records = _partitions.Aggregate(0UL, (sum, partition) => sum + partition.Records);
        parts.Metrics.Moved(bytes, pause);
        Log.Moved(parts.Logger, shards.Count, _partitions.Count, to, records, bytes, pause);
    }

    /// <summary>The move has failed: the other node need not keep anything.</summary>
    public void Abort()
    {
        parts.Peers.Post(to, ClusterMessages.ImportAbort, new ImportAbort { Move = id });

        // Also when they were not closed yet: events may be held.
        Close();
    }

    public void Dispose()
    {
        foreach (var partition in _partitions)
        {
            partition.Dispose();
        }
    }

    private int TouchedCount() => _partitions.Sum(partition => partition.TouchedCount);

    /// <summary>Nothing is committed to the shards from here on, and no event of theirs runs.</summary>
    private async Task CloseAsync()
    {
        foreach (var partition in parts.PartitionsOf(shards))
        {
            await parts.Events.HoldAsync(partition, MoveLimits.QuietMax);
            await parts.Locks.RevokeAsync(partition);
        }

        Close();
        parts.Passed(MoveStep.Closed);
        foreach (var shard in shards)
        {
            await parts.Transfer.FenceAsync(shard);
        }

        parts.Passed(MoveStep.Fenced);

        // What was begun since the last look.
        Drop();
    }

    private void Close()
    {
        if (!_isClosed)
        {
            _isClosed = true;
            _closedSince = parts.Time.GetTimestamp();
            foreach (var shard in shards)
            {
                parts.Homes.Close(shard);
            }

            Drop();
        }
    }

    private void Drop()
    {
        foreach (var partition in parts.PartitionsOf(shards))
        {
            parts.Events.Drop(partition);
            parts.Deadlines.Drop(partition);
        }
    }

    /// <summary>Copies the partitions that were not begun yet.</summary>
    private async Task CopyAsync()
    {
        foreach (var id in parts.PartitionsOf(shards))
        {
            if (_partitions.Exists(partition => partition.Id == id))
            {
                continue;
            }

            var partition = new MovingPartition(id, parts.Transfer.Export(id));
            _partitions.Add(partition);
            while (partition.Next() is { } chunk)
            {
                await SendAsync(chunk);
            }
        }
    }

    private async Task CopyTouchedAsync()
    {
        foreach (var partition in _partitions)
        {
            // No more than there is now: what is written meanwhile is for the next round.
            for (var left = partition.TouchedCount; left > 0; )
            {
                if (partition.NextTouched() is not { } chunk)
                {
                    break;
                }

                left = _isClosed ? 1 : left - chunk.Records.Count;
                await SendAsync(chunk);
            }

            if (partition.HasOverflowed)
            {
                throw new MoveFailedException(
                    $"{partition.Id} is written to so much that it has to be closed first"
                );
            }
        }
    }

    private async Task SendAsync(ImportChunk chunk)
    {
        chunk.Move = id;
        chunk.Sequence = ++_sequence;
        await AskAsync(ClusterMessages.ImportChunk, chunk);
    }

    /// <summary>Asks, and again: each step has the same effect however often it arrives.</summary>
    private async Task<ImportReply> AskAsync(ushort kind, IMessage message)
    {
        for (var attempt = 1; ; attempt++)
        {
            parts.Stopping.ThrowIfCancellationRequested();
            var answer = await parts.Peers.AskAsync(
                to,
                kind,
                message,
                ImportReply.Parser,
                MoveLimits.StepTimeout,
                parts.Stopping
            );
            if (answer.Reply is { } reply)
            {
                return reply;
            }

            var why =
                answer.Error?.Message
                ?? answer.Refusal?.Message
                ?? answer.Failure?.Message
                ?? "there is no answer";
            if (answer.Error is null || attempt == MoveLimits.StepTriesMax)
            {
                throw new MoveFailedException($"node {to}: {why}");
            }

            await Task.Delay(MoveLimits.RetryPause, parts.Time, parts.Stopping);
        }
    }

    /// <summary>
    /// Changes the map. Once that was tried, only the metadata knows whether it has happened: it
    /// is asked for as long as it takes, and the shards stay closed.
    /// </summary>
    /// <exception cref="MoveFailedException">It has not happened, and will not.</exception>
    private async Task ChangeMapAsync(ulong theirs)
    {
        (NodeId, ulong)[] greetings = [(parts.Homes.Self, parts.Follower.Greeting), (to, theirs)];
        while (true)
        {
            try
            {
                if (await TryChangeMapAsync(greetings))
                {
                    return;
                }
            }
            catch (StorageException)
            {
                // It may have happened or not: the next look tells.
            }

            await Task.Delay(MoveLimits.RetryPause, parts.Time, parts.Stopping);
        }
    }

    private async Task<bool> TryChangeMapAsync((NodeId Node, ulong Number)[] greetings)
    {
        var store = parts.Follower.Store;
        if (await store.FindMapAsync(parts.Stopping) is not { } found)
        {
            throw new MoveFailedException("the metadata has no map");
        }

        var (map, number) = found;
        if (shards.All(shard => map.Homes[shard] == to))
        {
            parts.Homes.Learn(map);
            return true;
        }

        foreach (var greeting in greetings)
        {
            if (await store.GreetingOfAsync(greeting.Node, parts.Stopping) != greeting.Number)
            {
                // Greetings never come again: no try of before can succeed either.
                throw new MoveFailedException($"node {greeting.Node} has begun anew meanwhile");
            }
        }

        var next = map.With(shards, to);
        var status = await store.ReplaceMapAsync(next, number, greetings, parts.Stopping);
        if (status == CommitStatus.Committed)
        {
            parts.Passed(MoveStep.MapChanged);
            parts.Homes.Learn(next);
            return true;
        }

        return false;
    }
}
