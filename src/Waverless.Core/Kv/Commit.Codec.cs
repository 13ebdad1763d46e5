using System.Buffers.Binary;
using Waverless.Events;

namespace Waverless.Kv;

public sealed partial class Commit
{
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
        SystemCount += (int)operation.Area;
        switch (operation.Tag)
        {
            case <= CommitTag.RequireRangeUnchanged or CommitTag.RequireEvent:
                ConditionCount++;
                ReadsBeforeWrite = true;
                break;
            case CommitTag.Quota or CommitTag.DeferredMax:
                break;
            case <= CommitTag.Expire:
                MutationCount++;
                ReadsBeforeWrite |=
                    operation.Tag is CommitTag.DeleteIfRevision or CommitTag.Expire
                    || operation is { Tag: CommitTag.Delete, Area: KeyArea.System };
                HasDeadlines |= operation.Tag is CommitTag.PutUntil or CommitTag.PutFor;
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

    private void Begin(CommitTag tag, KeyArea area, int fieldBytesMax)
    {
        Reserve(fieldBytesMax + 1);
        _buffer[_length++] = area == KeyArea.System ? (byte)((byte)tag | SystemBit) : (byte)tag;
        OperationCount++;
        SystemCount += (int)area;
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
