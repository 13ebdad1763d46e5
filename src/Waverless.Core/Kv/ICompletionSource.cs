namespace Waverless.Kv;

/// <summary>
/// What the front door knows of the pump: finished events whose records are still to be removed,
/// and that there will be work.
/// </summary>
internal interface ICompletionSource
{
    /// <summary>
    /// Adds the completions that wait for a partition to a commit, so that they cost no write of
    /// their own; null if there are none.
    /// </summary>
    ICompletions? TakeInto(Commit commit, PartitionId partition);

    /// <summary>A commit with an event for that function is about to be written.</summary>
    /// <param name="partition">The partition of commit and event.</param>
    /// <param name="function">UTF-8 name of the function.</param>
    void Anticipate(PartitionId partition, ReadOnlySpan<byte> function);
}

/// <summary>Completions that travel in one commit.</summary>
internal interface ICompletions
{
    /// <summary>Ends them, or keeps them for the next commit.</summary>
    void Settle(bool committed);
}
