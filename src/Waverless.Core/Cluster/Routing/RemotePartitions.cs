using System.Buffers;
using System.Runtime.CompilerServices;
using Google.Protobuf;
using Waverless.Cluster.Peers;
using Waverless.Kv;
using Waverless.Messaging;
using Waverless.Messaging.Wire;

namespace Waverless.Cluster.Routing;

/// <summary>Reads and writes partitions that are at home on other nodes.</summary>
internal sealed class RemotePartitions(HomeClient home)
{
    private static readonly TimeSpan WatchPause = TimeSpan.FromMilliseconds(200);

    /// <summary>Reads a key; null: the partition is at home here by now.</summary>
    public async ValueTask<KvRead?> GetAsync(
        PartitionId p,
        KvKey key,
        ReadOptions how,
        IBufferWriter<byte> into,
        CancellationToken ct,
        ulong snapshot = 0
    )
    {
        var bytes = UnsafeByteOperations.UnsafeWrap(key.Utf8);
        var answer = await home.AskAsync(
            p,
            ClusterMessages.Get,
            target => new GetRequest
            {
                Target = target,
                Key = bytes,
                Area = (uint)how.Area,
                AtLeast = how.AtLeast,
                Snapshot = snapshot,
            },
            GetReply.Parser,
            ct
        );
        if (answer.IsHere)
        {
            return null;
        }

        var reply = Demand(answer);
        if (!reply.Found)
        {
            return KvRead.Absent;
        }

        into.Write(reply.Value.Span);
        return new KvRead(true, reply.Number, reply.Value.Length, reply.DeadlineMs);
    }

    /// <summary>Reads a page; null: the partition is at home here by now.</summary>
    public async ValueTask<KvPage?> ScanAsync(
        PartitionId p,
        KvRange range,
        ReadOptions how,
        CancellationToken ct,
        ulong snapshot = 0
    )
    {
        var answer = await home.AskAsync(
            p,
            ClusterMessages.Scan,
            target => new ScanRequest
            {
                Target = target,
                From = UnsafeByteOperations.UnsafeWrap(range.From.Utf8),
                To = UnsafeByteOperations.UnsafeWrap(range.To.Utf8),
                Limit = range.Limit,
                Reverse = range.Reverse,
                Area = (uint)how.Area,
                AtLeast = how.AtLeast,
                Snapshot = snapshot,
            },
            ScanReply.Parser,
            ct
        );
        if (answer.IsHere)
        {
            return null;
        }

        var reply = Demand(answer);
        var entries = reply.Entries.Select(entry => new KvEntry(
            new KvKey(entry.Key.Memory),
            entry.Value.Memory,
            entry.Number,
            entry.DeadlineMs
        ));
        return new KvPage(
            [.. entries],
            reply.HasNext ? new KvKey(reply.Next.Memory) : default(KvKey?)
        );
    }

    /// <summary>Opens a state for several reads; null: the partition is at home here by now.</summary>
    public async ValueTask<RemoteSnapshot?> SnapshotAsync(
        PartitionId p,
        ReadOptions how,
        CancellationToken ct
    )
    {
        var answer = await home.AskAsync(
            p,
            ClusterMessages.Snapshot,
            target => new SnapshotRequest { Target = target, AtLeast = how.AtLeast },
            SnapshotReply.Parser,
            ct
        );
        if (answer.IsHere)
        {
            return null;
        }

        var reply = Demand(answer);
        return new RemoteSnapshot(this, p, reply.Snapshot, reply.Number);
    }

    /// <summary>A state is read no longer; if that gets lost, it is closed when it is idle.</summary>
    public void Close(PartitionId p, ulong snapshot) =>
        home.Peers.Post(
            home.Homes.HomeOf(p),
            ClusterMessages.SnapshotClose,
            new SnapshotClose { Snapshot = snapshot }
        );

    /// <summary>Commits; null: the partition is at home here by now.</summary>
    public async ValueTask<CommitResult?> CommitAsync(
        PartitionId p,
        Commit commit,
        string version,
        bool isRoot,
        CancellationToken ct
    )
    {
        // Copied: the caller may use its commit again as soon as it gives up.
        var encoded = ByteString.CopyFrom(commit.Encoded);
        var answer = await home.AskAsync(
            p,
            ClusterMessages.Commit,
            target => new CommitRequest
            {
                Target = target,
                Commit = encoded,
                Version = version,
                IsRoot = isRoot,
            },
            CommitReply.Parser,
            ct
        );
        if (answer.IsHere)
        {
            return null;
        }

        if (answer.Reply is { } reply)
        {
            return PartitionCodec.Result(reply);
        }

        if (answer.Failure is { } failure)
        {
            throw PartitionCodec.Failure(failure);
        }

        return answer.MayHaveBegun
            ? new CommitResult(CommitStatus.Unknown, default, Reason: answer.Why)
            : CommitResult.Rejected(CommitRejection.Unavailable, answer.Why!);
    }

    /// <summary>
    /// Delivers the changes of a partition wherever it is at home, as long as that is elsewhere.
    /// </summary>
    public async IAsyncEnumerable<KvChange> WatchAsync(
        PartitionId p,
        WatchPlace place,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        while (!home.Homes.IsLocal(p))
        {
            place.Restart();
            await using var changes = OneWatchAsync(p, place.After, ct).GetAsyncEnumerator(ct);
            while (await NextAsync(changes))
            {
                if (place.Take(changes.Current))
                {
                    yield return changes.Current;
                }
            }

            await Task.Delay(WatchPause, home.Time, ct);
        }
    }

    /// <summary>False: the connection was lost, or the partition has moved.</summary>
    private static async ValueTask<bool> NextAsync(IAsyncEnumerator<KvChange> changes)
    {
        try
        {
            return await changes.MoveNextAsync();
        }
        catch (Exception lost) when (lost is IOException or InvalidDataException)
        {
            return false;
        }
    }

    private async IAsyncEnumerable<KvChange> OneWatchAsync(
        PartitionId p,
        Revision after,
        [EnumeratorCancellation] CancellationToken ct
    )
    {
        var map = home.Homes.Map;
        var stream = await home.Peers.ConnectAsync(
            home.Homes.HomeOf(p, map),
            ClusterMessages.Watch,
            ct
        );
        await using (stream)
        {
            var request = new WatchRequest
            {
                Target = HomeClient.TargetOf(p, map),
                After = PartitionCodec.Revision(after),
            };
            PeerFrames.Write(stream.Output, 0, request);
            await stream.Output.FlushAsync(ct);
            var arrived = new Queue<WatchFrame>();
            while (
                await PeerFrames.ReadAsync(
                    stream.Input,
                    (tag, body) => arrived.Enqueue(WatchFrame.Decode(tag, body)),
                    ct
                )
            )
            {
                while (arrived.TryDequeue(out var frame))
                {
                    if (frame.Failure is { } failure)
                    {
                        throw PartitionCodec.Failure(failure);
                    }

                    if (frame.Refusal is { } refusal)
                    {
                        home.Homes.Learn(Placement.PlacementMap.FromWire(refusal.Map));
                        yield break;
                    }

                    yield return frame.Change!;
                }
            }
        }
    }

    private static T Demand<T>(in HomeAnswer<T> answer)
        where T : class =>
        answer.Reply
        ?? throw (
            answer.Failure is { } failure
                ? PartitionCodec.Failure(failure)
                : new StorageException(StorageError.Unavailable, answer.Why!)
        );
}
