using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Waverless.Kv;

namespace Waverless.Invocations.Idempotency;

/// <summary>Commits a batch of host code that has an idempotency key.</summary>
internal static class IdempotentBatch
{
    /// <summary>Commits it, or answers as the first commit with the same key was answered.</summary>
    /// <param name="door">The way to the store.</param>
    /// <param name="app">Whose keys they are.</param>
    /// <param name="batch">A batch with an idempotency key.</param>
    /// <param name="origin">Who writes.</param>
    /// <param name="ct">Stops waiting for a turn.</param>
    /// <exception cref="StorageException">The store is closed or failed.</exception>
    public static async ValueTask<CommitResult> CommitAsync(
        FrontDoor door,
        string app,
        KvBatch batch,
        CommitOrigin origin,
        CancellationToken ct
    )
    {
        var key = batch.IdempotencyKey!;
        if (IdempotencyLimits.Refuse(key) is { } wrong)
        {
            return CommitResult.Rejected(CommitRejection.IdempotencyKeyReused, wrong);
        }

        var commit = batch.Commit;
        var conditions = commit.ConditionCount;
        var home = door.HomeOf(app, commit, batch.Messages, batch.Timers);
        var fingerprint = FingerprintOf(batch);
        var recordKey = IdempotencyScope.OfBatch(key);
        var mark = commit.Mark();
        try
        {
            // Of conditions the first that fails is told: a repetition must come to this one.
            if (await FindAsync(door, home, recordKey, fingerprint, ct) is { } before)
            {
                return before;
            }

            commit.RequireAbsent(recordKey, KeyArea.System);
            commit.PutFor(
                recordKey,
                fingerprint,
                (long)door.Retention.TotalMilliseconds,
                KeyArea.System
            );
            var result = await door.CommitAsync(app, home, commit, origin, ct);
            return result.Status == CommitStatus.ConditionFailed
                ? await FindAsync(door, home, recordKey, fingerprint, ct)
                    ?? (result.FailedCondition < conditions ? result : Vanished(key))
                : result;
        }
        finally
        {
            commit.ResetTo(mark);
        }
    }

    private static async ValueTask<CommitResult?> FindAsync(
        FrontDoor door,
        PartitionId home,
        byte[] recordKey,
        byte[] fingerprint,
        CancellationToken ct
    )
    {
        var into = new ArrayBufferWriter<byte>();
        var read = await door.Engine.GetAsync(
            home,
            new KvKey(recordKey),
            ReadOptions.System,
            into,
            ct
        );
        if (!read.Found)
        {
            return null;
        }

        return into.WrittenSpan.SequenceEqual(fingerprint)
            ? CommitResult.Committed(
                new Revision(door.Engine.Incarnation, home.Number, read.Number)
            )
            : CommitResult.Rejected(
                CommitRejection.IdempotencyKeyReused,
                "The idempotency key was used for a batch with another content."
            );
    }

    /// <summary>The record expired between the commit and the look at it.</summary>
    private static CommitResult Vanished(string key) =>
        new(
            CommitStatus.Unknown,
            default,
            Reason: $"What was remembered of the idempotency key '{key}' has just expired."
        );

    private static byte[] FingerprintOf(KvBatch batch)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(batch.Commit.Encoded[Commit.HeaderBytes..]);
        foreach (var message in batch.Messages)
        {
            Append(hash, Encoding.UTF8.GetBytes(message.Target.ToString()));
            Append(hash, message.Payload.Span);
            Append(hash, Encoding.UTF8.GetBytes(message.Options.ToString()));
        }

        foreach (var (name, timer) in batch.Timers ?? [])
        {
            Append(hash, Encoding.UTF8.GetBytes(name));
            Append(hash, Encoding.UTF8.GetBytes($"{timer?.Function} {timer?.When}"));
            Append(hash, timer is null ? default : timer.Payload.Span);
        }

        return hash.GetHashAndReset();
    }

    private static void Append(IncrementalHash hash, ReadOnlySpan<byte> bytes)
    {
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(length, bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }
}
