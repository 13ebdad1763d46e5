using Waverless.Kv;

namespace Waverless.Transactions;

/// <summary>An operation of a batch that depends on the state, kept while that is looked at.</summary>
internal readonly record struct BatchStep(CommitTag Tag, KvKey Key, ulong Number)
{
    /// <summary>The conditions and conditional deletes of a batch, in order.</summary>
    public static List<BatchStep> Of(Commit batch)
    {
        var steps = new List<BatchStep>();
        var reader = batch.Read();
        while (reader.TryRead(out var o))
        {
            if (IsStep(o))
            {
                steps.Add(new BatchStep(o.Tag, new KvKey(o.Key.ToArray()), o.Number));
            }
        }

        return steps;
    }

    /// <summary>
    /// What a batch writes, in order, once its conditions hold and it is known which of its
    /// conditional deletes take effect.
    /// </summary>
    public static Commit WritesOf(Commit batch, Queue<bool> deletes)
    {
        var writes = new Commit();
        var reader = batch.Read();
        while (reader.TryRead(out var o))
        {
            if (!IsStep(o))
            {
                writes.Repeat(o, reader.Last);
            }
            else if (o.Tag == CommitTag.DeleteIfRevision && deletes.Dequeue())
            {
                writes.Delete(o.Key);
            }
        }

        return writes;
    }

    private static bool IsStep(in CommitOperation o) =>
        o.Area == KeyArea.Data
        && o.Tag
            is CommitTag.RequireRevision
                or CommitTag.RequireAbsent
                or CommitTag.RequirePresent
                or CommitTag.DeleteIfRevision;
}
