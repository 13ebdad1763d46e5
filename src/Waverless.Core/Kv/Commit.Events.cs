using Waverless.Events;

namespace Waverless.Kv;

public sealed partial class Commit
{
    /// <summary>
    /// Stores an event for a function of this partition or, by way of the outbox, another.
    /// </summary>
    /// <param name="when">Whether it depends on the key's state before the commit.</param>
    /// <param name="conditionKey">
    /// The key it depends on; empty for <see cref="EventCondition.Always"/>.
    /// </param>
    /// <param name="target">Null: this partition.</param>
    /// <param name="function">UTF-8 name of the function within the target's app.</param>
    /// <param name="state">Ready, delayed or dead.</param>
    /// <param name="dueMs">Unix milliseconds; 0 unless delayed.</param>
    /// <param name="priority">0 runs first.</param>
    /// <param name="record">What the event tells.</param>
    /// <param name="conditionNumber">
    /// Revision number for <see cref="EventCondition.KeyHadRevision"/> and
    /// <see cref="EventCondition.KeyExpired"/>.
    /// </param>
    public void AddEvent(
        EventCondition when,
        ReadOnlySpan<byte> conditionKey,
        PartitionId? target,
        ReadOnlySpan<byte> function,
        EventState state,
        long dueMs,
        byte priority,
        EventRecord record,
        ulong conditionNumber = 0
    )
    {
        var place = new EventPosition(dueMs, priority, 0, 0);
        BeginEvent(when, target, function, state, place, conditionKey, record.EncodedBytes);
        if (when is EventCondition.KeyHadRevision or EventCondition.KeyExpired)
        {
            AppendNumber(conditionNumber);
        }

        AppendRecord(record, record.EncodedBytes);
        EventCount++;
        ReadsBeforeWrite |= when != EventCondition.Always;
    }

    /// <summary>
    /// Stores an event for a function of this partition or, by way of the outbox, another, unless
    /// one was stored by the same record, which lives in the partition where the event runs.
    /// </summary>
    /// <param name="once">The record.</param>
    /// <param name="target">Null: this partition.</param>
    /// <param name="function">UTF-8 name of the function within the target's app.</param>
    /// <param name="state">Ready, delayed or dead.</param>
    /// <param name="dueMs">Unix milliseconds; 0 unless delayed.</param>
    /// <param name="priority">0 runs first.</param>
    /// <param name="record">What the event tells.</param>
    public void AddEventOnce(
        in EventOnce once,
        PartitionId? target,
        ReadOnlySpan<byte> function,
        EventState state,
        long dueMs,
        byte priority,
        EventRecord record
    )
    {
        var place = new EventPosition(dueMs, priority, 0, 0);
        BeginEvent(
            EventCondition.RecordWasAbsent,
            target,
            function,
            state,
            place,
            once.Key.Span,
            record.EncodedBytes
        );
        AppendOnce(once);
        AppendRecord(record, record.EncodedBytes);
        EventCount++;
        ReadsBeforeWrite = true;
    }

    /// <summary>
    /// Takes an event over from another partition's outbox; a second time has no effect. A source
    /// offers its events in order: one that comes more than 1,024 events late counts as taken.
    /// </summary>
    public void Accept(
        PartitionId source,
        ulong sourceRevision,
        int sourceOrdinal,
        ReadOnlySpan<byte> function,
        EventState state,
        long dueMs,
        byte priority,
        EventRecord record,
        EventOnce? once = null
    )
    {
        var recordBytes = record.EncodedBytes;
        var when = once is null ? EventCondition.Always : EventCondition.RecordWasAbsent;
        Begin(CommitTag.Accept, KeyArea.Data, function.Length + recordBytes + 64);
        _buffer[_length++] = (byte)when;
        _buffer[_length++] = (byte)state;
        _buffer[_length++] = priority;
        AppendNumber((ulong)dueMs);
        AppendPeer(source);
        AppendNumber(sourceRevision);
        AppendNumber((ulong)sourceOrdinal);
        AppendBytes(function);
        if (once is { } present)
        {
            AppendBytes(present.Key.Span);
            AppendOnce(present);
        }

        AppendRecord(record, recordBytes);
        EventCount++;
        ReadsBeforeWrite = true;
    }

    /// <summary>Ends an event: its record goes.</summary>
    public void Complete(ReadOnlySpan<byte> function, EventState state, EventPosition position) =>
        AddCompletion(CommitTag.Complete, function, state, position);

    /// <summary>Replaces an event's record and moves it to a due time.</summary>
    public void Reschedule(
        ReadOnlySpan<byte> function,
        EventState state,
        EventPosition position,
        long newDueMs,
        EventRecord record
    )
    {
        AddCompletion(CommitTag.Reschedule, function, state, position);
        Reserve(record.EncodedBytes + 32);
        AppendNumber((ulong)newDueMs);
        AppendRecord(record, record.EncodedBytes);
    }

    /// <summary>Moves an event to the dead letters with its last record.</summary>
    public void Bury(
        ReadOnlySpan<byte> function,
        EventState state,
        EventPosition position,
        EventRecord record
    )
    {
        AddCompletion(CommitTag.Bury, function, state, position);
        Reserve(record.EncodedBytes + 16);
        AppendRecord(record, record.EncodedBytes);
    }

    /// <summary>Removes an event from the outbox after its target accepted it.</summary>
    public void Sent(EventPosition position) =>
        AddCompletion(CommitTag.Sent, default, EventState.Outbox, position);

    /// <summary>States that no ready record of the function is left below a position.</summary>
    public void Cursor(ReadOnlySpan<byte> function, EventPosition position) =>
        AddCompletion(CommitTag.Cursor, function, EventState.Ready, position);

    private void BeginEvent(
        EventCondition when,
        PartitionId? target,
        ReadOnlySpan<byte> function,
        EventState state,
        EventPosition place,
        ReadOnlySpan<byte> key,
        int recordBytes
    )
    {
        Begin(CommitTag.Event, KeyArea.Data, key.Length + function.Length + recordBytes + 64);
        _buffer[_length++] = (byte)when;
        _buffer[_length++] = (byte)state;
        _buffer[_length++] = place.Priority;
        AppendNumber((ulong)place.DueMs);
        AppendPeer(target);
        AppendBytes(function);
        AppendBytes(key);
    }

    private void AppendOnce(in EventOnce once)
    {
        AppendNumber((ulong)once.LifetimeMs);
        AppendBytes(once.Fingerprint.Span);
    }

    private void AddCompletion(
        CommitTag tag,
        ReadOnlySpan<byte> function,
        EventState state,
        EventPosition position
    )
    {
        AddPlace(tag, function, state, position);
        CompletionCount++;
    }

    private void AddPlace(
        CommitTag tag,
        ReadOnlySpan<byte> function,
        EventState state,
        EventPosition position
    )
    {
        Begin(tag, KeyArea.Data, function.Length + 64);
        _buffer[_length++] = (byte)state;
        _buffer[_length++] = position.Priority;
        AppendNumber((ulong)position.DueMs);
        AppendNumber(position.Revision);
        AppendNumber((ulong)position.Ordinal);
        AppendBytes(function);
    }
}
