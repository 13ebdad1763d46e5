namespace Waverless.Kv;

/// <summary>Finished events whose records are still to be removed.</summary>
internal interface ICompletionSource
{
    /// <summary>
    /// Adds the completions that wait for a partition to a commit, so that they cost no write of
    /// their own; null if there are none.
    /// </summary>
    ICompletions? TakeInto(Commit commit, PartitionId partition);
}

/// <summary>Completions that travel in one commit.</summary>
internal interface ICompletions
{
    /// <summary>Ends them, or keeps them for the next commit.</summary>
    void Settle(bool committed);
}
