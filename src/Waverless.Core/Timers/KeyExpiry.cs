using Waverless.Diagnostics;
using Waverless.Kv;

namespace Waverless.Timers;

/// <summary>Deletes for good the keys whose deadline has passed, and starts what that starts.</summary>
internal sealed class KeyExpiry(DeadlineParts parts)
{
    /// <summary>Expires some keys in one commit; false: refused, try again later.</summary>
    public async ValueTask<bool> ExpireAsync(PartitionId partition, IReadOnlyList<ExpiringKey> keys)
    {
        if (!parts.Backlog.HasRoomForTimers(partition.App))
        {
            return false;
        }

        var commit = new Commit();
        foreach (var key in keys)
        {
            commit.Expire(key.Key.Span, key.Number, key.DeadlineMs, key.Area);
        }

        // They were found due: a clock that was set back since must not make that untrue.
        commit.Stamp(default, keys.Max(key => key.DeadlineMs), 0);
        var result = await parts.Door.CommitAsync(
            partition.App,
            partition,
            commit,
            default,
            CancellationToken.None
        );
        if (!result.IsCommitted)
        {
            Log.ExpiryRefused(parts.Logger, partition, result.Reason);
        }

        Failpoints.Pass(Failpoint.KeysExpired);
        return result.IsCommitted;
    }
}
