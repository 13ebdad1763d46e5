using System.Buffers.Binary;
using Waverless.Events;
using Waverless.Kv;
using Waverless.Storage.Keyspaces;

namespace Waverless.Storage.Apply;

/// <summary>
/// Decides commits: a pure function of (state, commit) that turns a commit into records of a
/// batch. Every engine and every replica runs this code, so they come to the same bytes. The order
/// of calls is the order of revisions. Not thread-safe: called under the partition's sequencer.
/// </summary>
internal sealed class CommitApplier
{
    private readonly IKeyspace _keyspace;
    private readonly PartitionKeys _keys;
    private readonly PartitionIdentity _identity;
    private readonly CommitCheck _check;
    private readonly UsageMeter _usage;
    private readonly DeferredMeter _deferred;
    private readonly RecordBatch _batch;
    private readonly GroupIndex _group;
    private readonly OldValues _old;
    private readonly ChangeRecord _changes = new();

    // Records that the commit being decided has written for events that are stored once.
    private readonly HashSet<byte[]> _once = new(SpanKeyComparer.Instance);

    /// <summary>An applier that writes into a batch.</summary>
    public CommitApplier(
        IKeyspace keyspace,
        PartitionKeys keys,
        PartitionIdentity identity,
        KvLimits limits,
        RecordBatch batch
    )
    {
        _keyspace = keyspace;
        _keys = keys;
        _identity = identity;
        _batch = batch;
        _group = new GroupIndex(batch);
        _old = new OldValues(keyspace, keys, _group);
        _check = new CommitCheck(keyspace, keys, limits, _old);
        _usage = new UsageMeter(keyspace, keys, _old);
        _deferred = new DeferredMeter(keys, _old);
    }

    /// <summary>Starts a new group with an empty batch.</summary>
    public void StartGroup()
    {
        _batch.Clear();
        _group.Clear();
    }

    /// <summary>Decides the next commit of the group; an applied one moves the state on.</summary>
    public ApplyDecision Apply(PartitionState state, Commit commit, SkippedOrdinals skipped)
    {
        skipped.Clear();
        _once.Clear();
        _group.StartCommit();
        if (commit.CommandId.IsPresent && Repeated(state, commit.CommandId) is { } answer)
        {
            return ApplyDecision.Answer(answer);
        }

        var storeTimeMs = _old.StoreTimeMs = Math.Max(state.StoreTimeMs, commit.StoreTimeMs);
        if (_check.Decide(state, commit, groupIsEmpty: _batch.Count == 0) is { } decision)
        {
            return decision;
        }

        if (_usage.Decide(state, commit, _check.Quota, _batch.Count == 0) is { } refusal)
        {
            return refusal;
        }

        if (_deferred.Decide(state, commit, _check) is { } full)
        {
            return full;
        }

        var revision = state.LastRevision + 1;
        _changes.Begin(storeTimeMs);
        var ordinal = 0;
        var reader = commit.Read();
        while (reader.TryRead(out var operation))
        {
            Write(state, operation, revision, ref ordinal, skipped);
        }

        _usage.Apply(state, _batch);
        _deferred.Apply(state, _batch);
        var log = _changes.Encoded;
        var key = _batch.Put(PartitionKeys.PrefixBytes + sizeof(ulong), log.Length, out var record);
        _keys.ChangeLog(key, revision);
        log.CopyTo(record);
        if (commit.CommandId.IsPresent)
        {
            state.Commands.Record(_batch, _keys, commit.CommandId, revision);
        }

        state.LastRevision = revision;
        state.StoreTimeMs = storeTimeMs;
        return new ApplyDecision(
            ApplyOutcome.Applied,
            CommitResult.Committed(_identity.At(revision))
        );
    }

    private CommitResult? Repeated(PartitionState state, CommandId id) =>
        state.Commands.Find(id) switch
        {
            0 => null,
            null => new CommitResult(
                CommitStatus.Unknown,
                default,
                Reason: $"commit: command {id.Sequence} of client {id.Client:x} is older than the "
                    + $"{CommandWindow.SlotsPerClient} commands remembered"
            ),
            { } revision => CommitResult.Committed(_identity.At(revision)),
        };

    private void Write(
        PartitionState state,
        in CommitOperation o,
        ulong revision,
        ref int ordinal,
        SkippedOrdinals skipped
    )
    {
        switch (o.Tag)
        {
            case >= CommitTag.Put and <= CommitTag.Expire:
                Mutate(o, revision);
                break;
            case CommitTag.Event:
                if (!AddEvent(state, o, revision, ordinal))
                {
                    skipped.Add(ordinal);
                }

                ordinal++;
                break;
            case CommitTag.Accept:
                if (!Accept(state, o, revision, ordinal))
                {
                    skipped.Add(ordinal);
                }

                ordinal++;
                break;
            default:
                Complete(state, o);
                break;
        }
    }

    private void Mutate(in CommitOperation o, ulong revision)
    {
        switch (o.Tag)
        {
            case CommitTag.Put:
                Put(o, revision, deadlineMs: 0);
                break;
            case CommitTag.PutUntil:
                Put(o, revision, o.DeadlineMs);
                break;
            case CommitTag.PutFor:
                Put(o, revision, Later(_old.StoreTimeMs, o.DeadlineMs));
                break;
            case CommitTag.Expire:
                Expire(o);
                break;
            case CommitTag.DeleteIfRevision
                when !_old.TryGetRevision(o.Area, o.Key, out var found) || found != o.Number:
                break;
            default:
                Delete(o.Area, o.Key);
                if (o.Area == KeyArea.Data)
                {
                    _changes.Delete(o.Key);
                }
                else
                {
                    Unlist(o.Key);
                }

                break;
        }
    }

    private void Put(in CommitOperation o, ulong revision, long deadlineMs)
    {
        o.Value.CopyTo(PutValue(o.Area, o.Key, o.Value.Length, revision, deadlineMs));
        if (o.Area == KeyArea.Data)
        {
            _changes.Set(o.Key, o.Value);
        }
    }

    /// <summary>Makes room for a value, with its deadline on the list; returns the room.</summary>
    private Span<byte> PutValue(
        KeyArea area,
        ReadOnlySpan<byte> name,
        int valueBytes,
        ulong revision,
        long deadlineMs
    )
    {
        if (deadlineMs != 0)
        {
            // First, since what the batch returns is valid until the next record only.
            var listed = _batch.Put(
                PartitionKeys.DeadlineBytes(name),
                sizeof(ulong),
                out var number
            );
            _keys.Deadline(listed, deadlineMs, area, name);
            BinaryPrimitives.WriteUInt64LittleEndian(number, revision);
        }

        var key = _batch.Put(
            PartitionKeys.PrefixBytes + name.Length,
            StoredValue.HeaderBytes(deadlineMs) + valueBytes,
            out var stored
        );
        _keys.Value(key, area, name);
        return StoredValue.WriteHeader(stored, revision, deadlineMs);
    }

    private void Delete(KeyArea area, ReadOnlySpan<byte> key) =>
        _keys.Value(_batch.Delete(PartitionKeys.PrefixBytes + key.Length), area, key);

    /// <summary>
    /// Takes the deadline of a system record that goes before it off the list: there are many.
    /// </summary>
    private void Unlist(ReadOnlySpan<byte> key)
    {
        if (_old.TryGet(KeyArea.System, key, out var found) && found.DeadlineMs != 0)
        {
            var listed = _batch.Delete(PartitionKeys.DeadlineBytes(key));
            _keys.Deadline(listed, found.DeadlineMs, KeyArea.System, key);
        }
    }

    /// <summary>
    /// Takes a deadline off the list, and the value with it unless it was written anew since; one
    /// that was written anew with the same deadline stays on the list. Revision 0 names no value:
    /// only the list is meant.
    /// </summary>
    private void Expire(in CommitOperation o)
    {
        var stored = _old.TryGet(o.Area, o.Key, out var found);
        var expires = stored && found.Revision == o.Number && found.HasExpired(_old.StoreTimeMs);
        var isAnothers = stored && found.Revision != o.Number && found.DeadlineMs == o.DeadlineMs;
        if (o.Number == 0 || !isAnothers)
        {
            var listed = _batch.Delete(PartitionKeys.DeadlineBytes(o.Key));
            _keys.Deadline(listed, o.DeadlineMs, o.Area, o.Key);
        }

        if (!expires)
        {
            return;
        }

        Delete(o.Area, o.Key);
        if (o.Area == KeyArea.Data)
        {
            _changes.Expire(o.Key);
        }
    }

    private bool AddEvent(PartitionState state, in CommitOperation o, ulong revision, int ordinal)
    {
        if (o.When is not (EventCondition.Always or EventCondition.RecordWasAbsent))
        {
            var stored = _old.TryGet(KeyArea.Data, o.Key, out var found);
            var expired = stored && found.HasExpired(_old.StoreTimeMs);
            var present = stored && !expired;
            var holds = o.When switch
            {
                EventCondition.KeyWasAbsent => !present,
                EventCondition.KeyWasPresent => present,
                EventCondition.KeyHadRevision => present && found.Revision == o.Number,
                _ => expired && found.Revision == o.Number,
            };
            if (!holds)
            {
                return false;
            }
        }

        if (IsLocal(o) && !IsFirst(o, revision, ordinal))
        {
            return false;
        }

        if (EventRecord.AsksForOldValue(o.Value))
        {
            var old = _old.Read(KeyArea.Data, o.Key, EventRecord.ValueBytesMax);
            var complete = o;
            complete.Value = EventRecord.WithOldValue(o.Value, old);
            StoreEvent(state, complete, revision, ordinal);
        }
        else
        {
            StoreEvent(state, o, revision, ordinal);
        }

        return true;
    }

    private void StoreEvent(PartitionState state, in CommitOperation o, ulong revision, int ordinal)
    {
        var position = o.Position with { Revision = revision, Ordinal = ordinal };
        if (IsLocal(o))
        {
            Store(state, o.State, o.Function, position, o.Value);
            return;
        }

        position = PartitionKeys.Canonical(EventState.Outbox, position);
        state.Functions.Add(_batch, _keys, EventState.Outbox, default, position);
        var key = _batch.Put(
            PartitionKeys.EventBytes(default),
            OutboxRecord.Bytes(o),
            out var record
        );
        _keys.Event(key, EventState.Outbox, default, position);
        OutboxRecord.Write(record, o);
    }

    private bool IsLocal(in CommitOperation o) =>
        o.PeerApp.IsEmpty || _identity.Is(o.PeerApp, o.PeerPartition);

    private bool Accept(PartitionState state, in CommitOperation o, ulong revision, int ordinal)
    {
        if (!state.Accepted.TryAdd(_batch, _keys, o) || !IsFirst(o, revision, ordinal))
        {
            return false;
        }

        var position = o.Position with { Revision = revision, Ordinal = ordinal };
        Store(state, o.State, o.Function, position, o.Value);
        return true;
    }

    /// <summary>
    /// Whether no event was stored by the same record; writes the record if so.
    /// </summary>
    private bool IsFirst(in CommitOperation o, ulong revision, int ordinal)
    {
        if (o.When != EventCondition.RecordWasAbsent)
        {
            return true;
        }

        var written = _once.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (_old.TryGetRevision(KeyArea.System, o.Key, out _) || !written.Add(o.Key))
        {
            return false;
        }

        _deferred.Wrote(o.Key);
        var valueBytes = o.Fingerprint.Length + EventOnce.IdentityBytes;
        var value = PutValue(
            KeyArea.System,
            o.Key,
            valueBytes,
            revision,
            Later(_old.StoreTimeMs, o.DeadlineMs)
        );
        o.Fingerprint.CopyTo(value);
        value = value[o.Fingerprint.Length..];
        BinaryPrimitives.WriteUInt64LittleEndian(value, revision);
        BinaryPrimitives.WriteInt32LittleEndian(value[sizeof(ulong)..], ordinal);
        return true;
    }

    private void Complete(PartitionState state, in CommitOperation o)
    {
        switch (o.Tag)
        {
            case CommitTag.Complete or CommitTag.Sent:
                Remove(o.State, o.Function, o.Position);
                break;
            case CommitTag.Reschedule:
                Remove(o.State, o.Function, o.Position);
                var due = o.Position with { DueMs = o.NewDueMs };
                Store(state, EventState.Due, o.Function, due, o.Value);
                break;
            case CommitTag.Bury:
                Remove(o.State, o.Function, o.Position);
                Store(state, EventState.Dead, o.Function, o.Position, o.Value);
                break;
            case CommitTag.Cursor:
                state.Functions.MoveCursor(_batch, _keys, o.Function, o.Position);
                break;
            default:
                // Conditions were decided before.
                break;
        }
    }

    private void Store(
        PartitionState state,
        EventState to,
        ReadOnlySpan<byte> function,
        EventPosition position,
        ReadOnlySpan<byte> record
    )
    {
        _deferred.Stored(to);
        position = PartitionKeys.Canonical(to, position);
        state.Functions.Add(_batch, _keys, to, function, position);
        var key = _batch.Put(PartitionKeys.EventBytes(function), record.Length, out var value);
        _keys.Event(key, to, function, position);
        record.CopyTo(value);
    }

    private void Remove(EventState from, ReadOnlySpan<byte> function, EventPosition position)
    {
        _deferred.Removed(from, function, position);
        _keys.Event(_batch.Delete(PartitionKeys.EventBytes(function)), from, function, position);
    }

    private static long Later(long storeTimeMs, long lifetimeMs) =>
        storeTimeMs > long.MaxValue - lifetimeMs ? long.MaxValue : storeTimeMs + lifetimeMs;
}
