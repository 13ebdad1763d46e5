namespace Waverless.Kv;

public sealed partial class Commit
{
    /// <summary>Writes a value. Later operations on the same key win.</summary>
    public void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, KeyArea area = KeyArea.Data)
    {
        Begin(CommitTag.Put, area, key.Length + value.Length + 16);
        AppendBytes(key);
        AppendBytes(value);
        MutationCount++;
    }

    /// <summary>
    /// Writes a value that is absent from a store time on. Later operations on the same key win.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value; may be empty.</param>
    /// <param name="deadlineMs">Unix milliseconds, at least 1.</param>
    /// <param name="area">Which area the key is in.</param>
    public void PutUntil(
        ReadOnlySpan<byte> key,
        ReadOnlySpan<byte> value,
        long deadlineMs,
        KeyArea area = KeyArea.Data
    ) => PutExpiring(CommitTag.PutUntil, key, value, deadlineMs, area);

    /// <summary>
    /// Writes a value that is absent after a span of store time, counted from this commit. Later
    /// operations on the same key win.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="value">The value; may be empty.</param>
    /// <param name="lifetimeMs">Milliseconds, at least 1.</param>
    /// <param name="area">Which area the key is in.</param>
    public void PutFor(
        ReadOnlySpan<byte> key,
        ReadOnlySpan<byte> value,
        long lifetimeMs,
        KeyArea area = KeyArea.Data
    ) => PutExpiring(CommitTag.PutFor, key, value, lifetimeMs, area);

    /// <summary>Deletes a key; no effect if absent.</summary>
    public void Delete(ReadOnlySpan<byte> key, KeyArea area = KeyArea.Data)
    {
        Begin(CommitTag.Delete, area, key.Length + 8);
        AppendBytes(key);
        MutationCount++;
        ReadsBeforeWrite |= area == KeyArea.System;
    }

    /// <summary>
    /// Deletes a key only if its value was written by the commit <paramref name="number"/>.
    /// </summary>
    public void DeleteIfRevision(ReadOnlySpan<byte> key, ulong number, KeyArea area = KeyArea.Data)
    {
        Begin(CommitTag.DeleteIfRevision, area, key.Length + 16);
        AppendBytes(key);
        AppendNumber(number);
        MutationCount++;
        ReadsBeforeWrite = true;
    }

    /// <summary>
    /// Deletes for good a key whose deadline has passed; no effect if it was written anew.
    /// </summary>
    /// <param name="key">The key.</param>
    /// <param name="number">Revision number of the value that expires.</param>
    /// <param name="deadlineMs">Its deadline, as the list of expiring keys has it.</param>
    /// <param name="area">Which area the key is in.</param>
    public void Expire(ReadOnlySpan<byte> key, ulong number, long deadlineMs, KeyArea area)
    {
        Begin(CommitTag.Expire, area, key.Length + 32);
        AppendBytes(key);
        AppendNumber(number);
        AppendNumber((ulong)deadlineMs);
        MutationCount++;
        ReadsBeforeWrite = true;
    }

    private void PutExpiring(
        CommitTag tag,
        ReadOnlySpan<byte> key,
        ReadOnlySpan<byte> value,
        long ms,
        KeyArea area
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(ms, 1);
        Begin(tag, area, key.Length + value.Length + 32);
        AppendBytes(key);
        AppendBytes(value);
        AppendNumber((ulong)ms);
        MutationCount++;
        HasDeadlines = true;
    }

    /// <summary>Adds an operation of any kind that was read from another commit.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="encoded">Its bytes, as the reader has them.</param>
    internal void Repeat(in CommitOperation operation, ReadOnlySpan<byte> encoded)
    {
        Reserve(encoded.Length);
        encoded.CopyTo(_buffer.AsSpan(_length));
        _length += encoded.Length;
        Count(operation);
        WriteCount();
    }

    /// <summary>Adds a condition or mutation that was read from another commit.</summary>
    internal void Repeat(in CommitOperation operation)
    {
        switch (operation.Tag)
        {
            case CommitTag.RequireRevision:
                RequireRevision(operation.Key, operation.Number, operation.Area);
                break;
            case CommitTag.RequireAbsent:
                RequireAbsent(operation.Key, operation.Area);
                break;
            case CommitTag.RequirePresent:
                RequirePresent(operation.Key, operation.Area);
                break;
            case CommitTag.RequireRangeUnchanged:
                RequireRangeUnchanged(operation.Key, operation.Value, operation.Number);
                break;
            case CommitTag.Put:
                Put(operation.Key, operation.Value, operation.Area);
                break;
            case CommitTag.Delete:
                Delete(operation.Key, operation.Area);
                break;
            case CommitTag.DeleteIfRevision:
                DeleteIfRevision(operation.Key, operation.Number, operation.Area);
                break;
            case CommitTag.PutUntil or CommitTag.PutFor:
                PutExpiring(
                    operation.Tag,
                    operation.Key,
                    operation.Value,
                    operation.DeadlineMs,
                    operation.Area
                );
                break;
            default:
                throw new ArgumentException(
                    $"Operation {operation.Tag} is the platform's; expected a condition or mutation.",
                    nameof(operation)
                );
        }
    }
}
