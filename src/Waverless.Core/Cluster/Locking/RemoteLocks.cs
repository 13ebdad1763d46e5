using Google.Protobuf;
using Waverless.Cluster.Routing;
using Waverless.Invocations;
using Waverless.Kv;
using Waverless.Locks;
using Waverless.Messaging;
using Waverless.Messaging.Wire;

namespace Waverless.Cluster.Locking;

/// <summary>
/// Asks for locks of keys that are at home on other nodes. A hold has a number, so that asking
/// again, after an answer that was lost or while it waits, is asking for the same place.
/// </summary>
internal sealed class RemoteLocks(HomeClient home, ulong bootId) : ILockHomes
{
    public bool IsHere(PartitionId partition) => home.Homes.IsLocal(partition);

    public async ValueTask<bool> AcquireAsync(LockHolder holder, CancellationToken ct)
    {
        var (partition, key) = holder.Name;
        for (var lost = 0; ; )
        {
            var asked = home.Time.GetUtcNow();
            HomeAnswer<LockReply> answer;
            try
            {
                answer = await home.AskAsync(
                    partition,
                    ClusterMessages.Lock,
                    target => new LockRequest
                    {
                        Target = target,
                        Key = UnsafeByteOperations.UnsafeWrap(key.Utf8),
                        IsShared = holder.Mode == LockMode.Read,
                        Hold = HoldOf(holder),
                        LeaseMs = (long)(holder.Lease ?? TimeSpan.Zero).TotalMilliseconds,
                    },
                    LockReply.Parser,
                    ct
                );
            }
            catch (OperationCanceledException)
            {
                // Not waited for: if it is lost, the place is given up as one that nobody asks for.
                _ = ReleaseAsync(holder, recordIsGone: false).AsTask();
                throw;
            }

            if (answer.IsHere)
            {
                return false;
            }

            switch (answer.Reply?.State)
            {
                case LockReply.Types.State.Held:
                    var lease = holder.Lease ?? LockLeases.Lease;
                    holder.Record = answer.Reply.Record.ToByteArray();
                    holder.Token = PartitionCodec.Revision(answer.Reply.Token);

                    // Counted from before it was asked: it ends here no later than there.
                    holder.DeadlineMs = (asked + lease).ToUnixTimeMilliseconds();
                    return true;
                case LockReply.Types.State.Waiting:
                    lost = 0;
                    continue;
                case LockReply.Types.State.Refused:
                    throw new InvocationRefusedException(
                        (InvocationStatus)answer.Reply.Status,
                        answer.Reply.Message
                    );
            }

            if (!answer.MayHaveBegun || ++lost == HomeCall.TriesMax)
            {
                throw new InvocationRefusedException(
                    InvocationStatus.Unavailable,
                    $"'{key}' cannot be locked: {answer.Why ?? answer.Failure?.Message}"
                );
            }
        }
    }

    public async ValueTask<bool?> RenewAsync(LockHolder holder)
    {
        var answer = await home.AskAsync(
            holder.Name.Partition,
            ClusterMessages.LockRenew,
            target => new LockRenewal { Target = target, Hold = HoldOf(holder) },
            LockReply.Parser,
            CancellationToken.None
        );

        // What came home came without its locks.
        return answer.IsHere ? false
            : answer.Reply is { } reply ? IsHeld(reply)
            : null;
    }

    public async ValueTask ReleaseAsync(LockHolder holder, bool recordIsGone)
    {
        await home.AskAsync(
            holder.Name.Partition,
            ClusterMessages.LockRelease,
            target => new LockRelease
            {
                Target = target,
                Hold = HoldOf(holder),
                RecordIsGone = recordIsGone,
            },
            LockReply.Parser,
            CancellationToken.None
        );
    }

    private LockHold HoldOf(LockHolder holder) => new() { BootId = bootId, Hold = holder.Hold };

    private static bool IsHeld(LockReply reply) => reply.State == LockReply.Types.State.Held;
}
