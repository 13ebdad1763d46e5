namespace Waverless.Kv;

/// <summary>Groups of operations.</summary>
internal static class CommitTagExtensions
{
    /// <summary>Whether the commit depends on it.</summary>
    public static bool IsCondition(this CommitTag tag) =>
        tag is <= CommitTag.RequireRangeUnchanged or CommitTag.RequireEvent;

    /// <summary>Whether it changes a key.</summary>
    public static bool IsMutation(this CommitTag tag) =>
        tag is >= CommitTag.Put and <= CommitTag.Expire;

    /// <summary>Whether it is about a key, so that it has a <see cref="KeyArea"/>.</summary>
    public static bool HasArea(this CommitTag tag) =>
        tag <= CommitTag.Expire
        && tag is not (CommitTag.Quota or CommitTag.DeferredMax or CommitTag.RequireEvent);

    /// <summary>Whether it writes a value.</summary>
    public static bool IsPut(this CommitTag tag) =>
        tag is CommitTag.Put or CommitTag.PutUntil or CommitTag.PutFor;
}
