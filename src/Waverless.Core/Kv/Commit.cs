using System.Buffers.Binary;
using Waverless.Events;

namespace Waverless.Kv;

/// <summary>
/// The only way to change a partition: conditions, mutations, events and completions that take
/// effect together or not at all. It is its own encoding (version 1): the bytes in
/// <see cref="Encoded"/> are what a log or a transport carries. Not thread-safe; reusable after
/// <see cref="Clear"/>.
/// </summary>
/// <remarks>
/// Layout, little-endian: version (1), flags (1), reserved (2), operation count (4), client (8),
/// sequence (8), store time in Unix milliseconds (8), catalog version (8), then the operations,
/// each a <see cref="CommitTag"/> byte with its fields; numbers are LEB128, byte strings are
/// prefixed by their length.
/// </remarks>
public sealed class Commit
{
    internal const byte Version = 1;
    internal const int HeaderBytes = 40;

    // Holds the largest value: making such large objects anew costs full collections.
    private const int KeptBytesMax = (1024 + 256) * 1024;

    private byte[] _buffer = new byte[256];
    private int _length = HeaderBytes;

    /// <summary>An empty commit.</summary>
    public Commit() => _buffer[0] = Version;

    /// <summary>Count of operations.</summary>
    public int OperationCount { get; private set; }

    /// <summary>Count of conditions among them.</summary>
    public int ConditionCount { get; private set; }

    /// <summary>Count of puts and deletes among them.</summary>
    public int MutationCount { get; private set; }

    /// <summary>
    /// Count of events and accepted events among them; their ordinals are 0 to this - 1.
    /// </summary>
    public int EventCount { get; private set; }

    /// <summary>
    /// Count of completions, reschedulings, burials, sent marks and cursors among them.
    /// </summary>
    public int CompletionCount { get; private set; }

    /// <summary>Whether the apply has to look at the old value of a key.</summary>
    public bool ReadsBeforeWrite { get; private set; }

    /// <summary>Identity for repeating the commit.</summary>
    public CommandId CommandId { get; private set; }

    /// <summary>The leader's store time, Unix milliseconds.</summary>
    public long StoreTimeMs { get; private set; }

    /// <summary>The encoded commit; valid until the next change of this object.</summary>
    public ReadOnlySpan<byte> Encoded => _buffer.AsSpan(0, _length);

    /// <summary>Encoded length in bytes.</summary>
    public int EncodedBytes => _length;

    /// <summary>Reads the operations in order.</summary>
    public CommitReader Read() => new(_buffer.AsSpan(HeaderBytes, _length - HeaderBytes));

    /// <summary>Forgets everything, so that the object and its buffer can be used again.</summary>
    public void Clear()
    {
        if (_buffer.Length > KeptBytesMax)
        {
            _buffer = new byte[256];
        }

        _buffer.AsSpan(0, HeaderBytes).Clear();
        _buffer[0] = Version;
        _length = HeaderBytes;
        OperationCount = ConditionCount = MutationCount = EventCount = CompletionCount = 0;
        ReadsBeforeWrite = false;
        CommandId = default;
        StoreTimeMs = 0;
    }

    /// <summary>Sets identity, store time and catalog version.</summary>
    /// <param name="commandId">Identity for repeating the commit, or the default.</param>
    /// <param name="storeTimeMs">The leader's store time, Unix milliseconds.</param>
    /// <param name="catalogVersion">
    /// Version of the catalog under which the events were matched.
    /// </param>
    public void Stamp(CommandId commandId, long storeTimeMs, ulong catalogVersion)
    {
        CommandId = commandId;
        StoreTimeMs = storeTimeMs;
        var header = _buffer.AsSpan(0, HeaderBytes);
        BinaryPrimitives.WriteUInt64LittleEndian(header[8..], commandId.Client);
        BinaryPrimitives.WriteUInt64LittleEndian(header[16..], commandId.Sequence);
        BinaryPrimitives.WriteInt64LittleEndian(header[24..], storeTimeMs);
        BinaryPrimitives.WriteUInt64LittleEndian(header[32..], catalogVersion);
    }

    /// <summary>
    /// Requires that the key's value was written by the commit <paramref name="number"/>.
    /// </summary>
    public void RequireRevision(ReadOnlySpan<byte> key, ulong number)
    {
        Begin(CommitTag.RequireRevision, key.Length + 16);
        AppendBytes(key);
        AppendNumber(number);
        ConditionCount++;
        ReadsBeforeWrite = true;
    }

    /// <summary>Requires that the key is absent.</summary>
    public void RequireAbsent(ReadOnlySpan<byte> key)
    {
        Begin(CommitTag.RequireAbsent, key.Length + 8);
        AppendBytes(key);
        ConditionCount++;
        ReadsBeforeWrite = true;
    }

    /// <summary>Requires that the key is present.</summary>
    public void RequirePresent(ReadOnlySpan<byte> key)
    {
        Begin(CommitTag.RequirePresent, key.Length + 8);
        AppendBytes(key);
        ConditionCount++;
        ReadsBeforeWrite = true;
    }

    /// <summary>
    /// Requires that no key of [from, to) changed after the commit <paramref name="number"/>.
    /// </summary>
    public void RequireRangeUnchanged(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, ulong number)
    {
        Begin(CommitTag.RequireRangeUnchanged, from.Length + to.Length + 24);
        AppendBytes(from);
        AppendBytes(to);
        AppendNumber(number);
        ConditionCount++;
        ReadsBeforeWrite = true;
    }

    /// <summary>Writes a value. Later operations on the same key win.</summary>
    public void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        Begin(CommitTag.Put, key.Length + value.Length + 16);
        AppendBytes(key);
        AppendBytes(value);
        MutationCount++;
    }

    /// <summary>Deletes a key; no effect if absent.</summary>
    public void Delete(ReadOnlySpan<byte> key)
    {
        Begin(CommitTag.Delete, key.Length + 8);
        AppendBytes(key);
        MutationCount++;
    }

    /// <summary>
    /// Deletes a key only if its value was written by the commit <paramref name="number"/>.
    /// </summary>
    public void DeleteIfRevision(ReadOnlySpan<byte> key, ulong number)
    {
        Begin(CommitTag.DeleteIfRevision, key.Length + 16);
        AppendBytes(key);
        AppendNumber(number);
        MutationCount++;
        ReadsBeforeWrite = true;
    }

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
    /// Revision number for <see cref="EventCondition.KeyHadRevision"/>.
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
        Begin(CommitTag.Event, conditionKey.Length + function.Length + recordBytes + 64);
        _buffer[_length++] = (byte)when;
        _buffer[_length++] = (byte)state;
        _buffer[_length++] = priority;
        AppendNumber((ulong)dueMs);
        AppendPeer(target);
        AppendBytes(function);
        AppendBytes(conditionKey);
        if (when == EventCondition.KeyHadRevision)
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
        Begin(CommitTag.Accept, function.Length + recordBytes + 64);
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

    /// <summary>Appends all operations of another commit, in order; the identity stays.</summary>
    /// <param name="other">Whose operations to append.</param>
    public void Append(Commit other)
    {
        ArgumentNullException.ThrowIfNull(other);
        var operations = other.Encoded[HeaderBytes..];
        Reserve(operations.Length);
        operations.CopyTo(_buffer.AsSpan(_length));
        _length += operations.Length;
        OperationCount += other.OperationCount;
        ConditionCount += other.ConditionCount;
        MutationCount += other.MutationCount;
        EventCount += other.EventCount;
        CompletionCount += other.CompletionCount;
        ReadsBeforeWrite |= other.ReadsBeforeWrite;
        WriteCount();
    }

    /// <summary>Adds a condition or mutation that was read from another commit.</summary>
    internal void Repeat(in CommitOperation operation)
    {
        switch (operation.Tag)
        {
            case CommitTag.RequireRevision:
                RequireRevision(operation.Key, operation.Number);
                break;
            case CommitTag.RequireAbsent:
                RequireAbsent(operation.Key);
                break;
            case CommitTag.RequirePresent:
                RequirePresent(operation.Key);
                break;
            case CommitTag.RequireRangeUnchanged:
                RequireRangeUnchanged(operation.Key, operation.Value, operation.Number);
                break;
            case CommitTag.Put:
                Put(operation.Key, operation.Value);
                break;
            case CommitTag.Delete:
                Delete(operation.Key);
                break;
            case CommitTag.DeleteIfRevision:
                DeleteIfRevision(operation.Key, operation.Number);
                break;
            default:
                throw new ArgumentException(
                    $"Operation {operation.Tag} is the platform's; expected a condition or mutation.",
                    nameof(operation)
                );
        }
    }

    /// <summary>
    /// Remembers the operations so far, to drop later ones with <see cref="ResetTo"/>.
    /// </summary>
    internal CommitMark Mark() =>
        new(_length, OperationCount, EventCount, CompletionCount, ReadsBeforeWrite);

    /// <summary>Drops the events and completions that were added after the mark.</summary>
    internal void ResetTo(CommitMark mark)
    {
        _length = mark.Length;
        OperationCount = mark.Operations;
        EventCount = mark.Events;
        CompletionCount = mark.Completions;
        ReadsBeforeWrite = mark.ReadsBeforeWrite;
        WriteCount();
    }

    /// <summary>Takes over encoded bytes, after checking every operation.</summary>
    /// <param name="encoded">Bytes as <see cref="Encoded"/> gives them.</param>
    /// <param name="commit">The commit, if the bytes are one.</param>
    /// <param name="error">What is wrong and at which offset, if they are not.</param>
    public static bool TryDecode(ReadOnlySpan<byte> encoded, out Commit commit, out string? error)
    {
        commit = new Commit();
        if (encoded.Length < HeaderBytes || encoded[0] != Version)
        {
            error =
                $"commit: expected version {Version} and at least {HeaderBytes} bytes, "
                + $"got {encoded.Length} bytes";
            return false;
        }

        var claimed = BinaryPrimitives.ReadUInt32LittleEndian(encoded[4..]);
        var reader = new CommitReader(encoded[HeaderBytes..]);
        while (reader.TryRead(out var operation))
        {
            commit.Count(operation);
        }

        error = reader.Error;
        if (error is null && claimed != (uint)commit.OperationCount)
        {
            error = $"commit: header says {claimed} operations, found {commit.OperationCount}";
        }

        if (error is not null)
        {
            return false;
        }

        commit._buffer = encoded.ToArray();
        commit._length = encoded.Length;
        commit.CommandId = new CommandId(
            BinaryPrimitives.ReadUInt64LittleEndian(encoded[8..]),
            BinaryPrimitives.ReadUInt64LittleEndian(encoded[16..])
        );
        commit.StoreTimeMs = BinaryPrimitives.ReadInt64LittleEndian(encoded[24..]);
        return true;
    }

    private void Count(in CommitOperation operation)
    {
        OperationCount++;
        switch (operation.Tag)
        {
            case <= CommitTag.RequireRangeUnchanged:
                ConditionCount++;
                ReadsBeforeWrite = true;
                break;
            case <= CommitTag.DeleteIfRevision:
                MutationCount++;
                ReadsBeforeWrite |= operation.Tag == CommitTag.DeleteIfRevision;
                break;
            case <= CommitTag.Accept:
                EventCount++;
                ReadsBeforeWrite |=
                    operation.Tag == CommitTag.Accept || operation.When != EventCondition.Always;
                break;
            default:
                CompletionCount++;
                break;
        }
    }

    private void AddCompletion(
        CommitTag tag,
        ReadOnlySpan<byte> function,
        EventState state,
        EventPosition position
    )
    {
        Begin(tag, function.Length + 64);
        _buffer[_length++] = (byte)state;
        _buffer[_length++] = position.Priority;
        AppendNumber((ulong)position.DueMs);
        AppendNumber(position.Revision);
        AppendNumber((ulong)position.Ordinal);
        AppendBytes(function);
        CompletionCount++;
    }

    private void Begin(CommitTag tag, int fieldBytesMax)
    {
        Reserve(fieldBytesMax + 1);
        _buffer[_length++] = (byte)tag;
        OperationCount++;
        WriteCount();
    }

    private void WriteCount() =>
        BinaryPrimitives.WriteUInt32LittleEndian(_buffer.AsSpan(4), (uint)OperationCount);

    private void AppendPeer(PartitionId? peer)
    {
        if (peer is not { } p)
        {
            _buffer[_length++] = 0;
            return;
        }

        var nameBytes = System.Text.Encoding.UTF8.GetByteCount(p.App);
        Reserve(nameBytes + 16);
        AppendNumber((ulong)nameBytes);
        _length += System.Text.Encoding.UTF8.GetBytes(p.App, _buffer.AsSpan(_length));
        AppendNumber((ulong)p.Number);
    }

    private void AppendRecord(EventRecord record, int recordBytes)
    {
        Reserve(recordBytes + 8);
        AppendNumber((ulong)recordBytes);
        record.Encode(_buffer.AsSpan(_length, recordBytes));
        _length += recordBytes;
    }

    private void AppendBytes(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length + 8);
        AppendNumber((ulong)bytes.Length);
        bytes.CopyTo(_buffer.AsSpan(_length));
        _length += bytes.Length;
    }

    private void AppendNumber(ulong value)
    {
        Reserve(Leb128.BytesMax);
        _length += Leb128.Write(_buffer.AsSpan(_length), value);
    }

    private void Reserve(int bytes)
    {
        var needed = _length + bytes;
        if (needed > _buffer.Length)
        {
            Array.Resize(ref _buffer, Math.Max(needed, _buffer.Length * 2));
        }
    }
}
