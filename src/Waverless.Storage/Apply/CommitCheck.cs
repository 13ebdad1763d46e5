using Waverless.Events;
using Waverless.Kv;
using Waverless.Storage.Keyspaces;

namespace Waverless.Storage.Apply;

/// <summary>
/// The part of apply that can say no: limits, malformed operations and conditions, all before the
/// first record is written.
/// </summary>
internal sealed class CommitCheck(
    IKeyspace keyspace,
    PartitionKeys keys,
    KvLimits limits,
    OldValues old
)
{
    /// <summary>
    /// Most commits that a range condition looks back over; above it the condition fails, and the
    /// caller reads the range again.
    /// </summary>
    public const int RangeLookbackMax = 10_000;

    /// <summary>The quota that the commit, once decided, has named; null: none.</summary>
    public Usage? Quota { get; private set; }

    /// <summary>
    /// What the commit, once decided, allows to keep for later; null: whatever it adds.
    /// </summary>
    public DeferredCounts? DeferredMax { get; private set; }

    /// <summary>Whether what is above that is the disk's to refuse.</summary>
    public bool IsReserve { get; private set; }

    /// <summary>
    /// Whether the commit, once decided, writes or deletes timers or idempotency keys.
    /// </summary>
    public bool TouchesCounted { get; private set; }

    /// <summary>Null if nothing stands against the commit.</summary>
    public ApplyDecision? Decide(PartitionState state, Commit commit, bool groupIsEmpty)
    {
        if (commit.EncodedBytes > limits.BatchBytesMax)
        {
            return TooLarge($"{commit.EncodedBytes} bytes", $"{limits.BatchBytesMax} bytes");
        }

        // Events, completions and system records are the platform's own and follow from what is
        // counted here.
        var operations = commit.ConditionCount + commit.MutationCount - commit.SystemCount;
        if (operations > limits.BatchOperationsMax)
        {
            return TooLarge($"{operations} operations", $"{limits.BatchOperationsMax} operations");
        }

        var condition = 0;
        (Quota, DeferredMax, TouchesCounted) = (null, null, false);
        var reader = commit.Read();
        while (reader.TryRead(out var o))
        {
            if (Validate(o) is { } rejection)
            {
                return rejection;
            }

            if (!o.Tag.IsCondition())
            {
                Note(o);
                continue;
            }

            var looksAtWritten = o.Tag is CommitTag.RequireRangeUnchanged or CommitTag.RequireEvent;
            if (looksAtWritten && !groupIsEmpty)
            {
                return new ApplyDecision(ApplyOutcome.WriteGroupFirst, default);
            }

            if (!Holds(state, o))
            {
                return ApplyDecision.Answer(CommitResult.ConditionFailed(condition));
            }

            condition++;
        }

        return reader.Error is { } error
            ? ApplyDecision.Reject(CommitRejection.Malformed, error)
            : null;
    }

    /// <summary>Keeps what later rules ask for.</summary>
    private void Note(in CommitOperation o)
    {
        if (o.Tag == CommitTag.Quota)
        {
            Quota = QuotaOf(o);
        }
        else if (o.Tag == CommitTag.DeferredMax)
        {
            var allowed = QuotaOf(o);
            DeferredMax = new DeferredCounts(allowed.Bytes, allowed.Keys);
            IsReserve = o.Position.Priority == 1;
        }
        else if (o.Area == KeyArea.System && o.Tag.IsMutation())
        {
            TouchesCounted |= DeferredRecord.OfValue(o.Area, o.Key) != default;
        }
    }

    private static Usage QuotaOf(in CommitOperation o) =>
        new(
            (long)Math.Min(o.Position.Revision, long.MaxValue),
            (long)Math.Min(o.Number, long.MaxValue)
        );

    private static ApplyDecision TooLarge(string what, string max) =>
        ApplyDecision.Reject(CommitRejection.TooLarge, $"commit: {what}, expected at most {max}");

    private ApplyDecision? Validate(in CommitOperation o) =>
        o.Tag switch
        {
            >= CommitTag.Put and <= CommitTag.Expire => ValidateMutation(o),
            CommitTag.Event or CommitTag.Accept => ValidateEvent(o),
            >= CommitTag.Complete or CommitTag.RequireEvent => ValidateFunction(o),
            _ => null,
        };

    private ApplyDecision? ValidateMutation(in CommitOperation o)
    {
        if (o.Key.IsEmpty)
        {
            return ApplyDecision.Reject(
                CommitRejection.Malformed,
                "commit: a key is empty, expected at least 1 byte"
            );
        }

        var keyBytesMax =
            limits.KeyBytesMax + (o.Area == KeyArea.System ? KvLimits.SystemKeyBytesExtra : 0);
        if (o.Key.Length > keyBytesMax)
        {
            return TooLarge($"a key of {o.Key.Length} bytes", $"{keyBytesMax} bytes");
        }

        return o.Tag.IsPut() && o.Value.Length > limits.ValueBytesMax
            ? TooLarge($"a value of {o.Value.Length} bytes", $"{limits.ValueBytesMax} bytes")
            : null;
    }

    private ApplyDecision? ValidateEvent(in CommitOperation o)
    {
        if (o.PeerApp.Length > AcceptedEvents.AppBytesMax)
        {
            return TooLarge(
                $"an app name of {o.PeerApp.Length} bytes",
                $"{AcceptedEvents.AppBytesMax}"
            );
        }

        var keyBytesMax = limits.KeyBytesMax + KvLimits.SystemKeyBytesExtra;
        if (o.When == EventCondition.RecordWasAbsent && o.Key.Length > keyBytesMax)
        {
            return TooLarge($"a key of {o.Key.Length} bytes", $"{keyBytesMax} bytes");
        }

        return o.Fingerprint.Length > EventOnce.FingerprintBytesMax
            ? TooLarge(
                $"a fingerprint of {o.Fingerprint.Length} bytes",
                $"{EventOnce.FingerprintBytesMax} bytes"
            )
            : ValidateFunction(o);
    }

    private static ApplyDecision? ValidateFunction(in CommitOperation o) =>
        o.Function.Length > PartitionKeys.FunctionBytesMax
            ? TooLarge(
                $"a function name of {o.Function.Length} bytes",
                $"{PartitionKeys.FunctionBytesMax} bytes"
            )
            : null;

    private bool Holds(PartitionState state, in CommitOperation o) =>
        o.Tag switch
        {
            CommitTag.RequireRevision => old.TryGetRevision(o.Area, o.Key, out var found)
                && found == o.Number,
            CommitTag.RequireAbsent => !old.TryGetRevision(o.Area, o.Key, out _),
            CommitTag.RequirePresent => old.TryGetRevision(o.Area, o.Key, out _),
            CommitTag.RequireEvent => IsThere(o.State, o.Function, o.Position),
            _ => RangeUnchanged(state, o.Key, o.Value, o.Number),
        };

    private bool IsThere(EventState state, ReadOnlySpan<byte> function, EventPosition position)
    {
        Span<byte> key = stackalloc byte[PartitionKeys.EventBytes(function)];
        keys.Event(key, state, function, position);
        return keyspace.GetHead(key, []) >= 0;
    }

    private bool RangeUnchanged(
        PartitionState state,
        ReadOnlySpan<byte> from,
        ReadOnlySpan<byte> to,
        ulong since
    )
    {
        if (since >= state.LastRevision)
        {
            return true;
        }

        if (since < state.ChangeLogFloor || state.LastRevision - since > RangeLookbackMax)
        {
            return false;
        }

        using var log = KeyspaceScan.OpenChangeLog(keyspace, keys, since);
        while (log.MoveNext())
        {
            var changes = new ChangeRecordReader(log.Value);
            while (changes.MoveNext())
            {
                if (
                    changes.Key.SequenceCompareTo(from) >= 0
                    && (to.IsEmpty || changes.Key.SequenceCompareTo(to) < 0)
                )
                {
                    return false;
                }
            }
        }

        return true;
    }
}
