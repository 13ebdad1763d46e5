using System.Buffers;
using Google.Protobuf;
using Waverless.Cluster.Peers;
using Waverless.Cluster.Placement;
using Waverless.Kv;
using Waverless.Messaging;
using Waverless.Messaging.Wire;

namespace Waverless.Cluster.Routing;

/// <summary>Serves other nodes the partitions that are at home here.</summary>
internal sealed class PartitionRequests(
    FrontDoor door,
    IStorageEngine engine,
    PartitionHomes homes,
    Func<string, string> versionOf,
    TimeProvider time,
    ulong bootId,
    Task ready
)
{
    private readonly OpenSnapshots _snapshots = new(time, bootId);

    private const int ScanBytesMax = 1024 * 1024;

    public void Serve(PeerRequests requests)
    {
        requests.OnRequest(ClusterMessages.Get, GetRequest.Parser, GetAsync);
        requests.OnRequest(ClusterMessages.Scan, ScanRequest.Parser, ScanAsync);
        requests.OnRequest(ClusterMessages.Commit, CommitRequest.Parser, CommitAsync);
        requests.OnRequest(ClusterMessages.Snapshot, SnapshotRequest.Parser, SnapshotAsync);
        requests.OnPost(ClusterMessages.SnapshotClose, CloseAsync);
        requests.OnStream(ClusterMessages.Watch, WatchAsync);
    }

    private ValueTask<TransportReply> SnapshotAsync(
        NodeId from,
        SnapshotRequest request,
        TimeSpan? timeout,
        CancellationToken ct
    ) =>
        AnswerAsync(
            request.Target,
            async partition =>
            {
                var how = new ReadOptions(request.AtLeast);
                var snapshot = await engine.SnapshotAsync(partition, how, ct);
                return new SnapshotReply
                {
                    Snapshot = _snapshots.Add(snapshot),
                    Number = snapshot.Number,
                };
            }
        );

    private ValueTask CloseAsync(NodeId from, TransportMessage message)
    {
        try
        {
            _snapshots.Close(SnapshotClose.Parser.ParseFrom(message.Body).Snapshot);
        }
        catch (InvalidProtocolBufferException)
        {
            // What is not read is closed when it has been idle for long.
        }

        return default;
    }

    private ValueTask<TransportReply> GetAsync(
        NodeId from,
        GetRequest request,
        TimeSpan? timeout,
        CancellationToken ct
    ) =>
        AnswerAsync(
            request.Target,
            async partition =>
            {
                var into = new ArrayBufferWriter<byte>();
                var how = new ReadOptions(request.AtLeast, (KeyArea)request.Area);
                var key = new KvKey(request.Key.Memory);
                var read =
                    request.Snapshot == 0
                        ? await engine.GetAsync(partition, key, how, into, ct)
                        : await _snapshots.ReadAsync(
                            request.Snapshot,
                            snapshot => snapshot.GetAsync(key, how.Area, into, ct)
                        );
                return new GetReply
                {
                    Found = read.Found,
                    Number = read.Number,
                    DeadlineMs = read.DeadlineMs,
                    Value = UnsafeByteOperations.UnsafeWrap(into.WrittenMemory),
                };
            }
        );

    private ValueTask<TransportReply> ScanAsync(
        NodeId from,
        ScanRequest request,
        TimeSpan? timeout,
        CancellationToken ct
    ) =>
        AnswerAsync(
            request.Target,
            async partition =>
            {
                var range = new KvRange(
                    new KvKey(request.From.Memory),
                    new KvKey(request.To.Memory),
                    request.Limit
                )
                {
                    Reverse = request.Reverse,
                };
                var how = new ReadOptions(request.AtLeast, (KeyArea)request.Area);
                return ToReply(
                    request.Snapshot == 0
                        ? await engine.ScanAsync(partition, range, how, ct)
                        : await _snapshots.ReadAsync(
                            request.Snapshot,
                            snapshot => snapshot.ScanAsync(range, how.Area, ct)
                        )
                );
            }
        );

    /// <summary>A page as far as one message holds it; the rest is the next page.</summary>
    private static ScanReply ToReply(KvPage page)
    {
        var reply = new ScanReply();
        var bytes = 0L;
        foreach (var entry in page.Entries)
        {
            bytes += entry.Key.Span.Length + entry.Value.Length;
            if (bytes > ScanBytesMax && reply.Entries.Count > 0)
            {
                reply.Next = UnsafeByteOperations.UnsafeWrap(entry.Key.Utf8);
                return reply;
            }

            reply.Entries.Add(
                new ScanEntry
                {
                    Key = UnsafeByteOperations.UnsafeWrap(entry.Key.Utf8),
                    Value = UnsafeByteOperations.UnsafeWrap(entry.Value),
                    Number = entry.Number,
                    DeadlineMs = entry.DeadlineMs,
                }
            );
        }

        if (page.Next is { } next)
        {
            reply.Next = UnsafeByteOperations.UnsafeWrap(next.Utf8);
        }

        return reply;
    }

    private ValueTask<TransportReply> CommitAsync(
        NodeId from,
        CommitRequest request,
        TimeSpan? timeout,
        CancellationToken ct
    ) =>
        AnswerAsync(
            request.Target,
            async partition =>
            {
                if (!Commit.TryDecode(request.Commit.Span, out var commit, out var error))
                {
                    return PartitionCodec.Reply(
                        CommitResult.Rejected(CommitRejection.Malformed, error!)
                    );
                }

                return PartitionCodec.Reply(
                    await door.CommitForwardedAsync(partition, commit, request.IsRoot, ct)
                );
            },
            () => VersionRefusal(request)
        );

    private Refusal? VersionRefusal(CommitRequest request)
    {
        var here = request.Version.Length == 0 ? "" : versionOf(request.Target.App);
        return here == request.Version
            ? null
            : new Refusal
            {
                Code = Refusal.Types.Code.OtherVersion,
                Message =
                    $"The version of '{request.Target.App}' in service is '{here}'; the events "
                    + $"were matched for '{request.Version}'.",
            };
    }

    private async ValueTask<TransportReply> AnswerAsync<TReply>(
        Target? target,
        Func<PartitionId, ValueTask<TReply>> serve,
        Func<Refusal?>? check = null
    )
        where TReply : IMessage
    {
        if ((Refuse(target) ?? check?.Invoke()) is { } refusal)
        {
            return PeerCodec.Refuse(refusal);
        }

        try
        {
            var partition = new PartitionId(target!.App, (int)target.Number);
            return PeerCodec.Reply(await serve(partition));
        }
        catch (StorageException failure)
        {
            return PeerCodec.Fail(PartitionCodec.Failure(failure));
        }
    }

    private async ValueTask WatchAsync(TransportStream stream, CancellationToken ct)
    {
        var request = await PeerFrames.ReadAsync(stream.Input, WatchRequest.Parser, ct);
        if (Refuse(request?.Target) is { } refusal)
        {
            PeerFrames.Write(stream.Output, WatchFrame.RefusalTag, refusal);
            await stream.Output.FlushAsync(ct);
            await stream.Output.CompleteAsync();
            return;
        }

        var partition = new PartitionId(request!.Target.App, (int)request.Target.Number);
        try
        {
            var after = PartitionCodec.Revision(request.After);
            await foreach (var change in engine.WatchAsync(partition, after, ct))
            {
                if (!homes.IsLocal(partition))
                {
                    break;
                }

                PeerFrames.Write(stream.Output, WatchFrame.ChangeTag, WatchFrame.Of(change));
                var flushed = await stream.Output.FlushAsync(ct);
                if (flushed.IsCompleted)
                {
                    break;
                }
            }
        }
        catch (StorageException failure)
        {
            var wire = PartitionCodec.Failure(failure);
            PeerFrames.Write(stream.Output, WatchFrame.FailureTag, wire);
            await stream.Output.FlushAsync(ct);
        }

        await stream.Output.CompleteAsync();
    }

    /// <summary>Why a partition is not served here now; null: it is.</summary>
    public Refusal? Refuse(Target? target)
    {
        if (target is not { App.Length: > 0, Number: < PartitionId.CountMax })
        {
            return new Refusal
            {
                Code = Refusal.Types.Code.Malformed,
                Message = "The request names no partition.",
            };
        }

        var partition = new PartitionId(target.App, (int)target.Number);
        if (!homes.IsLocal(partition))
        {
            return new Refusal
            {
                Code = Refusal.Types.Code.NotHome,
                Message = $"{partition} is at home on node {homes.HomeOf(partition)}.",
                Map = homes.Map.Epoch > target.Epoch ? homes.Map.ToWire() : null,
            };
        }

        if (!homes.IsServed(partition))
        {
            return new Refusal
            {
                Code = Refusal.Types.Code.Moving,
                Message = $"{partition} is on its way from or to node {homes.Self}.",
            };
        }

        return ready.IsCompletedSuccessfully
            ? null
            : new Refusal
            {
                Code = Refusal.Types.Code.NotReady,
                Message = $"Node {homes.Self} is starting or stopping.",
            };
    }
}
