using Waverless.Cluster.Peers;
using Waverless.Cluster.Routing;
using Waverless.Concurrency;
using Waverless.Invocations;
using Waverless.Kv;
using Waverless.Locks;
using Waverless.Messaging;
using Waverless.Messaging.Wire;

namespace Waverless.Cluster.Locking;

/// <summary>
/// Gives other nodes locks of keys that are at home here. They stand in the same queues as those of
/// this node, and end like them: given back, or with their lease.
/// </summary>
internal sealed class LockRequests(
    LockLeases locks,
    PartitionRequests partitions,
    TimeProvider time
)
{
    /// <summary>How long one request waits; who waits longer asks again.</summary>
    private static readonly TimeSpan AnswerAfter = TimeSpan.FromSeconds(2);

    /// <summary>After which a place in a queue is given up that nobody asks for.</summary>
    private static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<(ulong Boot, ulong Hold), GivenLock> _given = [];

    public void Serve(PeerRequests requests)
    {
        requests.OnRequest(ClusterMessages.Lock, LockRequest.Parser, LockAsync);
        requests.OnRequest(ClusterMessages.LockRenew, LockRenewal.Parser, RenewAsync);
        requests.OnRequest(ClusterMessages.LockRelease, LockRelease.Parser, ReleaseAsync);
    }

    private async ValueTask<TransportReply> LockAsync(
        NodeId from,
        LockRequest request,
        TimeSpan? timeout,
        CancellationToken ct
    )
    {
        if (partitions.Refuse(request.Target) is { } refusal)
        {
            return PeerCodec.Refuse(refusal);
        }

        if (request.Hold is not { Hold: not 0 } hold || !IsLease(request.LeaseMs))
        {
            return PeerCodec.Refuse(
                Refusal.Types.Code.Malformed,
                "The request names no hold, or no lease between 0 and 24 hours."
            );
        }

        try
        {
            var given = FindOrBegin((hold.BootId, hold.Hold), request);
            await given.Taken.WithinAsync(AnswerAfter, time, ct);
            if (await given.Taken)
            {
                return PeerCodec.Reply(
                    new LockReply
                    {
                        State = LockReply.Types.State.Held,
                        Record = Google.Protobuf.ByteString.CopyFrom(given.Holder.Record),
                        Token = PartitionCodec.Revision(given.Holder.Token),
                    }
                );
            }

            // It has moved meanwhile.
            return PeerCodec.Refuse(
                partitions.Refuse(request.Target)
                    ?? new Refusal { Code = Refusal.Types.Code.NotReady }
            );
        }
        catch (TimeoutException)
        {
            return PeerCodec.Reply(new LockReply { State = LockReply.Types.State.Waiting });
        }
        catch (OperationCanceledException)
        {
            return PeerCodec.Refuse(Refusal.Types.Code.NotReady, "The place was given up.");
        }
        catch (InvocationRefusedException refused)
        {
            return PeerCodec.Reply(
                new LockReply
                {
                    State = LockReply.Types.State.Refused,
                    Status = (uint)refused.Status,
                    Message = refused.Message,
                }
            );
        }
    }

    private static bool IsLease(long milliseconds) =>
        milliseconds >= 0 && milliseconds <= (long)TimeSpan.FromHours(24).TotalMilliseconds;

    /// <summary>The place of a hold, which it gets when it is asked for the first time.</summary>
    private GivenLock FindOrBegin((ulong, ulong) id, LockRequest request)
    {
        lock (_lock)
        {
            if (_given.TryGetValue(id, out var known))
            {
                known.Asked = time.GetTimestamp();
                return known;
            }

            var name = new LockName(
                new PartitionId(request.Target.App, (int)request.Target.Number),
                new KvKey(request.Key.ToByteArray())
            );

            // The asker renews it; without that it ends.
            var lease =
                request.LeaseMs > 0 ? TimeSpan.FromMilliseconds(request.LeaseMs) : LockLeases.Lease;
            var mode = request.IsShared ? LockMode.Read : LockMode.Write;
            var holder = locks.RequestHere(name, mode, lease);
            var given = new GivenLock(holder, time.GetTimestamp());
            holder.OnLost = () => Forget(id, given);
            _given.Add(id, given);
            given.Taken = TakeAsync(id, given);
            return given;
        }
    }

    private async Task<bool> TakeAsync((ulong, ulong) id, GivenLock given)
    {
        var isTaken = false;
        try
        {
            var waiting = locks.WaitHereAsync(given.Holder, default).AsTask();
            while (!waiting.IsCompleted)
            {
                try
                {
                    await waiting.WithinAsync(SilenceMax, time);
                }
                catch (TimeoutException)
                {
                    if (time.GetElapsedTime(given.Asked) > SilenceMax)
                    {
                        given.Holder.GiveUp();
                    }
                }
            }

            if (await waiting)
            {
                await locks.RecordAsync(given.Holder);
                isTaken = true;
            }

            return isTaken;
        }
        finally
        {
            if (!isTaken)
            {
                Forget(id, given);
            }
        }
    }

    private async ValueTask<TransportReply> RenewAsync(
        NodeId from,
        LockRenewal request,
        TimeSpan? timeout,
        CancellationToken ct
    )
    {
        if (partitions.Refuse(request.Target) is { } refusal)
        {
            return PeerCodec.Refuse(refusal);
        }

        var given = Find(request.Hold);
        var isHeld = given is not null && locks.IsHeld(given.Holder);
        if (isHeld && !await locks.RenewHereAsync(given!.Holder) && locks.IsHeld(given.Holder))
        {
            return PeerCodec.Refuse(
                Refusal.Types.Code.NotReady,
                "The lease could not be lengthened now."
            );
        }

        isHeld = given is not null && locks.IsHeld(given.Holder);
        return PeerCodec.Reply(
            new LockReply
            {
                State = isHeld ? LockReply.Types.State.Held : LockReply.Types.State.Lost,
            }
        );
    }

    private async ValueTask<TransportReply> ReleaseAsync(
        NodeId from,
        LockRelease request,
        TimeSpan? timeout,
        CancellationToken ct
    )
    {
        if (Find(request.Hold) is { } given)
        {
            Forget((request.Hold.BootId, request.Hold.Hold), given);
            given.Holder.GiveUp();
            if (request.RecordIsGone)
            {
                locks.Release(given.Holder, recordIsGone: true);
            }
            else
            {
                await locks.ReleaseAsync(given.Holder);
            }
        }

        return PeerCodec.Reply(new LockReply { State = LockReply.Types.State.Lost });
    }

    private GivenLock? Find(LockHold? hold)
    {
        lock (_lock)
        {
            return hold is null ? null : _given.GetValueOrDefault((hold.BootId, hold.Hold));
        }
    }

    private void Forget((ulong, ulong) id, GivenLock given)
    {
        lock (_lock)
        {
            if (_given.GetValueOrDefault(id) == given)
            {
                _given.Remove(id);
            }
        }
    }
}
