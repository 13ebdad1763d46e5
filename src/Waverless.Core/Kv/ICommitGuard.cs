namespace Waverless.Kv;

/// <summary>Conditions under which somebody's commits take effect at all.</summary>
internal interface ICommitGuard
{
    /// <summary>Appends the conditions for a commit to that partition.</summary>
    void AppendTo(Commit commit, PartitionId partition);
}
