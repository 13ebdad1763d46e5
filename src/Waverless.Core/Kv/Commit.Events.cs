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
    /// <param name="state">Ready, due or dead.</param>
    /// <param name="dueMs">Unix milliseconds; 0 unless due.</param>
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
        var recordBytes = record.EncodedBytes;
        Begin(
            CommitTag.Event,
            KeyArea.Data,
            conditionKey.Length + function.Length + recordBytes + 64
        );
        _buffer[_length++] = (byte)when;
        _buffer[_length++] = (byte)state;
        _buffer[_length++] = priority;
        AppendNumber((ulong)dueMs);
        AppendPeer(target);
        AppendBytes(function);
        AppendBytes(conditionKey);
        if (when >= EventCondition.KeyHadRevision)
        {
            AppendNumber(conditionNumber);
        }

        AppendRecord(record, recordBytes);
        EventCount++;
        ReadsBeforeWrite |= when != EventCondition.Always;
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
        EventRecord record
    )
    {
        var recordBytes = record.EncodedBytes;
        Begin(CommitTag.Accept, KeyArea.Data, function.Length + recordBytes + 64);
        _buffer[_length++] = (byte)state;
        _buffer[_length++] = priority;
        AppendNumber((ulong)dueMs);
        AppendPeer(source);
        AppendNumber(sourceRevision);
        AppendNumber((ulong)sourceOrdinal);
        AppendBytes(function);
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

    private void AddCompletion(
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
        CompletionCount++;
    }
}
