using Waverless.Events;

namespace Waverless.Kv;

public sealed partial class Commit
{
    /// <summary>
    /// Requires that the key's value was written by the commit <paramref name="number"/>.
    /// </summary>
    public void RequireRevision(ReadOnlySpan<byte> key, ulong number, KeyArea area = KeyArea.Data)
    {
        Begin(CommitTag.RequireRevision, area, key.Length + 16);
        AppendBytes(key);
        AppendNumber(number);
        AddedCondition();
    }

    /// <summary>Requires that the key is absent.</summary>
    public void RequireAbsent(ReadOnlySpan<byte> key, KeyArea area = KeyArea.Data)
    {
        Begin(CommitTag.RequireAbsent, area, key.Length + 8);
        AppendBytes(key);
        AddedCondition();
    }

    /// <summary>Requires that the key is present.</summary>
    public void RequirePresent(ReadOnlySpan<byte> key, KeyArea area = KeyArea.Data)
    {
        Begin(CommitTag.RequirePresent, area, key.Length + 8);
        AppendBytes(key);
        AddedCondition();
    }

    /// <summary>
    /// Requires that no key of [from, to) changed after the commit <paramref name="number"/>.
    /// </summary>
    public void RequireRangeUnchanged(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, ulong number)
    {
        Begin(CommitTag.RequireRangeUnchanged, KeyArea.Data, from.Length + to.Length + 24);
        AppendBytes(from);
        AppendBytes(to);
        AppendNumber(number);
        AddedCondition();
    }

    /// <summary>
    /// Requires that an event's record is still there: whoever ends an event that may have run
    /// elsewhere as well takes effect only as the first.
    /// </summary>
    /// <param name="function">UTF-8 name of the function within the partition's app.</param>
    /// <param name="state">The state that its record has.</param>
    /// <param name="position">Where its record stands.</param>
    public void RequireEvent(ReadOnlySpan<byte> function, EventState state, EventPosition position)
    {
        AddPlace(CommitTag.RequireEvent, function, state, position);
        AddedCondition();
    }

    /// <summary>
    /// Rejects the commit with <see cref="CommitRejection.QuotaExceeded"/> if it would add to what
    /// the partition keeps and that would then be more than allowed. Counts as no condition.
    /// </summary>
    /// <param name="bytes">Most bytes of keys, values and blobs.</param>
    /// <param name="keys">Most keys.</param>
    public void Quota(ulong bytes, ulong keys)
    {
        Begin(CommitTag.Quota, KeyArea.Data, 2 * Leb128.BytesMax);
        AppendNumber(bytes);
        AppendNumber(keys);
        ReadsBeforeWrite = true;
    }

    /// <summary>
    /// Rejects the commit if it would add to what the partition keeps for later and that would
    /// then be more than allowed. Counts as no condition.
    /// </summary>
    /// <param name="allowed">Most timers and delayed messages.</param>
    /// <param name="isReserve">
    /// Whether this is the end of the reserve of triggered work: then the commit is rejected as
    /// <see cref="CommitRejection.StorageFull"/>, else as <see cref="CommitRejection.Overloaded"/>.
    /// </param>
    internal void DeferredMax(DeferredCounts allowed, bool isReserve)
    {
        Begin(CommitTag.DeferredMax, KeyArea.Data, (2 * Leb128.BytesMax) + 1);
        AppendNumber((ulong)allowed.Timers);
        AppendNumber((ulong)allowed.Messages);
        Reserve(1);
        _buffer[_length++] = isReserve ? (byte)1 : (byte)0;
    }

    private void AddedCondition()
    {
        ConditionCount++;
        ReadsBeforeWrite = true;
    }
}
