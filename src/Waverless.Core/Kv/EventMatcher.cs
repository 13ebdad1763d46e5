using Waverless.Apps;
using Waverless.Events;

namespace Waverless.Kv;

/// <summary>
/// Appends to a commit one event per key that it changes and function that this starts. Of several
/// changes of one key only the last counts: the others are never visible.
/// </summary>
internal readonly ref struct EventMatcher(
    KeyPatternIndex triggers,
    PartitionId partition,
    Commit commit,
    ICompletionSource pump,
    CommitOrigin origin,
    long nowMs
)
{
    /// <summary>Up to this many mutations, repeated keys are found by looking ahead.</summary>
    private const int LookAheadMax = 16;

    /// <summary>Function names are shorter by the rules of manifests.</summary>
    private const int NameBytesMax = 512;

    public void Run()
    {
        var lastOfKey = commit.MutationCount > LookAheadMax ? LastMutations() : null;
        var reader = commit.Read();
        var count = commit.OperationCount;
        for (var index = 0; index < count && reader.TryRead(out var operation); index++)
        {
            if (!operation.ChangesData)
            {
                continue;
            }

            foreach (var target in triggers.Find(operation.Key))
            {
                if (!Starts(target, operation))
                {
                    continue;
                }

                if (IsRepeated(reader, operation.Key, index, lastOfKey))
                {
                    break;
                }

                Append(target, operation);
            }
        }
    }

    private bool IsLikely => commit.ConditionCount == 0 || origin.IsTransaction;

    private static bool Starts(TriggerTarget target, in CommitOperation operation) =>
        operation.Tag.IsPut() != (target.Trigger.Kind == KeyTriggerKind.Delete);

    private static bool IsRepeated(
        CommitReader rest,
        ReadOnlySpan<byte> key,
        int index,
        Dictionary<KvKey, int>? lastOfKey
    )
    {
        if (lastOfKey is not null)
        {
            return lastOfKey[new KvKey(key.ToArray())] != index;
        }

        while (rest.TryRead(out var later) && later.Tag.HasArea())
        {
            if (later.ChangesData && later.Key.SequenceEqual(key))
            {
                return true;
            }
        }

        return false;
    }

    private Dictionary<KvKey, int> LastMutations()
    {
        var last = new Dictionary<KvKey, int>(commit.MutationCount);
        var reader = commit.Read();
        for (var index = 0; reader.TryRead(out var operation); index++)
        {
            if (operation.ChangesData)
            {
                last[new KvKey(operation.Key.ToArray())] = index;
            }
        }

        return last;
    }

    private void Append(TriggerTarget target, in CommitOperation operation)
    {
        var function = target.Function;
        origin.Function?.Profile?.SetOff(target.Hash, target.AppHash, origin.AfterMicros);
        var isLocal = function.App == partition.App;
        Span<byte> name = stackalloc byte[NameBytesMax];
        var nameBytes = System.Text.Encoding.UTF8.GetBytes(function.Function, name);
        var depth = origin.Cascade.Depth + 1;
        var record = new EventRecord
        {
            Kind =
                operation.Tag.IsPut() ? EventKind.KeySet
                : operation.Tag == CommitTag.Expire ? EventKind.KeyExpired
                : EventKind.KeyDelete,
            Key = isLocal ? operation.Key.ToArray() : Qualified(operation.Key),
            Cascade = origin.Cascade with { Depth = depth },
            Trace = origin.Trace,
            CreatedMs = nowMs,
            Payload = CarriesValue(target, operation) ? operation.Value.ToArray() : default,
            Flags =
                CarriesValue(target, operation) ? EventFlags.HasValue
                : target.ValueAtEvent && !operation.Tag.IsPut() ? EventFlags.WantsOldValue
                : EventFlags.None,
            LastError = depth > CascadeLimits.DepthMax ? CascadeLimits.DepthExceeded : null,
        };
        var when = target.Trigger.Kind switch
        {
            KeyTriggerKind.New => EventCondition.KeyWasAbsent,
            KeyTriggerKind.Delete when operation.Tag == CommitTag.Expire =>
                EventCondition.KeyExpired,
            KeyTriggerKind.Delete when operation.Tag == CommitTag.DeleteIfRevision =>
                EventCondition.KeyHadRevision,
            KeyTriggerKind.Delete => EventCondition.KeyWasPresent,
            _ => EventCondition.Always,
        };
        if (isLocal && commit.EventCount == 0 && IsLikely)
        {
            pump.Anticipate(partition, name[..nameBytes]);
        }

        commit.AddEvent(
            when,
            when == EventCondition.Always ? default : operation.Key,
            isLocal ? null : new PartitionId(function.App, 0),
            name[..nameBytes],
            depth > CascadeLimits.DepthMax ? EventState.Dead : EventState.Ready,
            dueMs: 0,
            EventPosition.NormalPriority,
            record,
            operation.Number
        );
    }

    private static bool CarriesValue(TriggerTarget target, in CommitOperation operation) =>
        target.ValueAtEvent
        && operation.Tag.IsPut()
        && operation.Value.Length <= EventRecord.ValueBytesMax;

    /// <summary>The key as another app's function names it, so that it can read it.</summary>
    private byte[] Qualified(ReadOnlySpan<byte> key) =>
        [(byte)'@', .. System.Text.Encoding.UTF8.GetBytes(partition.App), (byte)'/', .. key];
}
