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

    private void AddedCondition()
    {
        ConditionCount++;
        ReadsBeforeWrite = true;
    }
}
